/// The text form of arrays and of strings in SQL.
public enum PostgresLiteral {
  /// An array as a parameter of type `text[]` takes it (PostgreSQL manual, section 8.15.2).
  public static func array(_ elements: some Sequence<String?>) -> String {
    var literal = "{"
    var isFirst = true
    for element in elements {
      if !isFirst { literal += "," }
      isFirst = false
      guard let element else {
        literal += "NULL"
        continue
      }
      literal += "\""
      for scalar in element.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { literal += "\\" }
        literal.unicodeScalars.append(scalar)
      }
      literal += "\""
    }
    return literal + "}"
  }

  /// A string constant for statements that take no parameters; right whatever `standard_conforming_strings` says.
  public static func string(_ text: String) -> String {
    let escaped = text.unicodeScalars.reduce(into: String.UnicodeScalarView()) { escaped, scalar in
      if scalar == "'" || scalar == "\\" { escaped.append(scalar) }
      escaped.append(scalar)
    }
    return "E'\(String(escaped))'"
  }
}
