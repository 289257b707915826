/// Names and labels as Prometheus allows them (https://prometheus.io/docs/concepts/data_model/).
enum MetricNames {
  /// The longest value of a label, in bytes; longer ones are cut.
  static let maximumValueLength = 512

  /// The name of a metric family: dots and whatever else is not allowed become underscores, and the ending tells the
  /// unit.
  static func family(_ label: String, ending: String) -> String {
    let name = sanitised(label, isAllowed: { $0 == UInt8(ascii: ":") })
    return name.hasSuffix(ending) ? name : name + ending
  }

  /// The pairs of a series sorted by name, as `name="value"` with commas between them.
  static func labels(_ dimensions: [(String, String)]) -> String {
    var taken: Set<String> = []
    return dimensions.map { (label($0.0), $0.1) }.sorted { $0 < $1 }.map { name, value in
      var unique = name
      // Two names may become one; both values are kept, as a name must not stand twice.
      while !taken.insert(unique).inserted { unique += "_" }
      return "\(unique)=\"\(ExpositionText.escape(cut(value), quotes: true))\""
    }.joined(separator: ",")
  }

  /// `le` belongs to histograms and names with two leading underscores to Prometheus itself.
  private static func label(_ text: String) -> String {
    let name = sanitised(text, isAllowed: { _ in false })
    if name == "le" { return "le_" }
    return name.hasPrefix("__") ? "label\(name)" : name
  }

  private static func sanitised(_ text: String, isAllowed: (UInt8) -> Bool) -> String {
    let underscore = UInt8(ascii: "_")
    var bytes = text.unicodeScalars.map { scalar in
      guard scalar.isASCII else { return underscore }
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      return isLetter(byte) || isDigit(byte) || isAllowed(byte) ? byte : underscore
    }
    if bytes.first.map(isDigit) ?? true { bytes.insert(underscore, at: 0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func cut(_ value: String) -> String {
    guard value.utf8.count > maximumValueLength else { return value }
    var length = 0
    return String(
      String.UnicodeScalarView(
        value.unicodeScalars.prefix {
          length += UTF8.width($0)
          return length <= maximumValueLength
        }))
  }
}
