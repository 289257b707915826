import Foundation

extension PostgresError {
  /// Why no connection could be made, with the code that libpq has for it nowhere but in the text: `FATAL:  28P01: …`.
  init(refusedConnection message: String) {
    let lines = message.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("LOCATION:") }
    let text = lines.joined(separator: "\n")
    guard let match = text.firstMatch(of: #/FATAL:\s+([0-9A-Z]{5}): /#) else {
      self.init(.unreachable, Self.line(text))
      return
    }
    let plain = text.replacingCharacters(in: match.range, with: "FATAL: ")
    self.init(.server(sqlState: String(match.output.1)), Self.line(plain))
  }

  /// A message of libpq on one line.
  static func line(_ message: UnsafePointer<CChar>?) -> String {
    line(message.map { String(cString: $0) } ?? "")
  }

  static func line(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: "; ")
    return line.isEmpty ? "the connection was closed" : String(line.prefix(500))
  }
}
