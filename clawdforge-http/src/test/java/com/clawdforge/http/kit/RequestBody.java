package com.clawdforge.http.kit;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/** Reads the body of a request. */
final class RequestBody implements Flow.Subscriber<ByteBuffer> {
  private final HttpResponse.BodySubscriber<byte[]> all =
      HttpResponse.BodySubscribers.ofByteArray();

  private RequestBody() {}

  static byte[] of(HttpRequest request) {
    RequestBody body = new RequestBody();
    request.bodyPublisher().ifPresentOrElse(from -> from.subscribe(body), body::onComplete);
    return body.all.getBody().toCompletableFuture().join();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    all.onSubscribe(subscription);
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    all.onNext(List.of(bytes));
  }

  @Override
  public void onError(Throwable failure) {
    all.onError(failure);
  }

  @Override
  public void onComplete() {
    all.onComplete();
  }
}
