/// Writes the Prometheus text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct ExpositionText {
  private(set) var bytes: [UInt8] = []

  mutating func family(_ name: String, _ type: MetricType, help: String) {
    bytes += "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) \(type.rawValue)\n".utf8
  }

  /// - Parameter labels: `name="value"` pairs with commas between them, escaped.
  mutating func sample(_ name: String, _ labels: String, _ value: String) {
    bytes += name.utf8
    if !labels.isEmpty { bytes += "{\(labels)}".utf8 }
    bytes += " \(value)\n".utf8
  }

  /// A number as the format writes it; whole numbers without a fraction.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
    return "\(value)"
  }

  /// A text with backslashes, line feeds and, in label values, quotes escaped.
  static func escape(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
