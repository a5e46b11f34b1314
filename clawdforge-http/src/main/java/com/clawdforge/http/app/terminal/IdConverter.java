package com.clawdforge.http.app.terminal;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Takes what may be an id or a name. If a shell's variable is empty, the next argument is in its
 * place, such as a prompt.
 */
public final class IdConverter implements ITypeConverter<String> {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,128}");
  private static final int SHOWN = 40;

  @Override
  public String convert(String value) {
    if (!ID.matcher(value).matches() || value.chars().allMatch(c -> c == '.')) {
      throw new TypeConversionException(
          "'"
              + (value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…")
              + "' is not an id or a name; is a variable empty?");
    }
    return value;
  }
}
