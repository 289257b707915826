import Foundation

/// The header fields that a collector wants to see, such as a key: `OTEL_EXPORTER_OTLP_HEADERS`. Their values are secret.
struct TraceHeaders {
  static let variable = "OTEL_EXPORTER_OTLP_HEADERS"

  /// Names and values, in their order.
  let fields: [(name: String, value: String)]

  private static let maximumBytes = 8_192
  private static let maximumCount = 16
  /// What the program says itself, and what belongs to the connection.
  private static let taken: Set = [
    "connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive", "te", "trailer",
    "transfer-encoding", "upgrade", "user-agent",
  ]

  /// Reads `NAME=VALUE,NAME=VALUE` as OpenTelemetry writes it: with percent signs for what has another meaning there.
  ///
  /// - Throws: ``SettingsError``, which counts the entries and repeats none: one without a name is all secret.
  init(_ text: String?) throws(SettingsError) {
    let entries = (text ?? "").split(separator: ",")
    guard (text ?? "").utf8.count <= Self.maximumBytes, entries.count <= Self.maximumCount else {
      throw Self.error("must have at most \(Self.maximumCount) entries and \(Self.maximumBytes) bytes")
    }
    var fields: [(name: String, value: String)] = []
    for (index, entry) in entries.enumerated() {
      let halves = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = halves[0].trimmingCharacters(in: .whitespaces).lowercased()
      guard halves.count == 2, !name.isEmpty, name.utf8.allSatisfy({ Self.isNameByte($0) }) else {
        throw Self.error("entry \(index + 1) is not NAME=VALUE")
      }
      let value = halves[1].trimmingCharacters(in: .whitespaces).removingPercentEncoding
      guard let value, !value.isEmpty, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        throw Self.error("the value of entry \(index + 1) is empty, not printable ASCII, or has a % that is none")
      }
      guard !Self.taken.contains(name), !fields.contains(where: { $0.name == name }) else {
        throw Self.error("the name of entry \(index + 1) is there twice, or is not yours to set")
      }
      fields.append((name, value))
    }
    self.fields = fields
  }

  /// The names alone, for people.
  var described: String {
    fields.isEmpty ? "not set" : "\(fields.map(\.name).joined(separator: ", ")) (values not shown)"
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch Character(Unicode.Scalar(byte)) {
    case "a"..."z", "0"..."9", "-", "_", ".": true
    default: false
    }
  }

  private static func error(_ reason: String) -> SettingsError { SettingsError(name: variable, reason: reason) }
}
