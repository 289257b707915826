import Catalog
import Foundation

/// Where text goes: results to standard output, everything else to standard error, so that results can be piped.
enum Output {
  /// Prints a line of the result.
  static func line(_ text: String = "") { print(text) }

  /// Prints what a person may want to know and a program does not.
  static func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

  /// Prints one JSON object.
  static func json(_ members: (inout JSONWriter) throws -> Void) rethrows {
    var json = JSONWriter(capacity: 4_096)
    try json.object(members)
    print(json.text)
  }

  /// Prints a finished JSON document.
  static func raw(_ document: [UInt8]) { print(String(decoding: document, as: UTF8.self)) }

  /// Shows a text from outside without characters that could control the terminal.
  static func printable(_ text: String) -> String {
    var printable = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
      printable.append(isControl ? "\u{FFFD}" : scalar)
    }
    return String(printable)
  }

  /// A price per token as people compare them: US dollars for a million tokens.
  static func perMillion(_ price: Price?) -> String {
    guard let price, price.unit == .token else { return "-" }
    return price.amount.multiplied(by: 1_000_000).map { "$\($0)" } ?? "-"
  }

  /// A number with a separator between thousands.
  static func grouped(_ number: Int?) -> String {
    guard let number else { return "-" }
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return number < 0 ? "-\(text)" : text
  }
}
