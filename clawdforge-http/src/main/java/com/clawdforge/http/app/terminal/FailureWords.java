package com.clawdforge.http.app.terminal;

import com.clawdforge.client.ForgeApiException;
import com.clawdforge.http.app.config.ProgramName;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in one line why a server cannot be used, and what to do about it. */
public final class FailureWords {
  private static final String WHERE = "; check --url or CLAWDFORGE_URL";
  private static final int EXCERPT = 100;

  private FailureWords() {}

  /**
   * Says why no usable answer came.
   *
   * @param url the server's
   */
  public static String unreachable(String url, Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      String words = known(url, e);
      if (words != null) {
        return words;
      }
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("has no usable")) {
      return url + " answers, but not as clawdforge does (" + message + ")" + WHERE;
    }
    return message + (message.contains(url) ? "" : " (" + url + ")");
  }

  private static @Nullable String known(String url, Throwable e) {
    String message = String.valueOf(e.getMessage());
    return switch (e) {
      case UnresolvedAddressException unknown -> noHost(url);
      case UnknownHostException unknown -> noHost(url);
      case HttpConnectTimeoutException late -> "no connection to " + url + " in time" + WHERE;
      case HttpTimeoutException late -> null;
      case ConnectException refused ->
          // The client wraps an unknown host, whose exception is then among the causes.
          isUnknownHost(refused)
              ? noHost(url)
              : "nothing listens on "
                  + url
                  + "; is the server running? "
                  + ProgramName.typed("serve");
      case SSLException tls ->
          message.contains("SSL message") || message.contains("plaintext")
              ? url + " speaks http, not https: write http:// in its address" + WHERE
              : "no TLS connection to " + url + ", which may speak http alone: " + message;
      default ->
          message.contains("no bytes") || message.contains("status line")
              ? url + " does not answer in http; is it an https address, or another service?"
              : null;
    };
  }

  private static boolean isUnknownHost(Throwable e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private static String noHost(String url) {
    return "there is no host " + URI.create(url).getHost() + WHERE;
  }

  /** Says what is wrong, if the answer is an error of the server or of something in its place. */
  public static String refused(String url, ForgeApiException answer) {
    return answer.code() == null
        ? stranger(url, answer.status(), answer.detail())
        : answer.detail() + " (" + answer.status() + " " + answer.code() + ")" + path(url, answer);
  }

  /** Says that something else than clawdforge has answered. */
  public static String stranger(String url, int status, String body) {
    if (body.toLowerCase(Locale.ROOT).contains("https port")
        || body.toLowerCase(Locale.ROOT).contains("https server")) {
      return url + " wants https: write https:// in its address" + WHERE;
    }
    String line = body.strip().replaceAll("\\s+", " ");
    boolean html = line.startsWith("<");
    return url
        + " answered "
        + status
        + (html ? " with a web page" : "")
        + ", but not as clawdforge does: a proxy or another program is there"
        + (html || line.isEmpty() ? "" : " (" + excerpt(line) + ")")
        + WHERE;
  }

  private static String excerpt(String line) {
    return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "…";
  }

  private static String path(String url, ForgeApiException answer) {
    String path = answer.status() == 404 ? URI.create(url).getPath() : "";
    return path == null || path.replace("/", "").isEmpty()
        ? ""
        : "; the server's address has the path " + path + ", which only a proxy takes away";
  }
}
