import TieredCaching

/// The header fields that differ from one response to the next, in one place for both ways of sending them.
enum ResponseFields {
  /// `age` and `x-cache` of an answer.
  static func of(_ served: ServedAnswer) -> [(name: String, value: String)] {
    [
      ("age", String(max(0, served.age.components.seconds))),
      (
        "x-cache",
        "\(served.wasReady ? "hit" : "miss"); tier=\(served.tier.rawValue); state=\(served.freshness.rawValue)"
      ),
    ]
  }

  /// Whether an `If-None-Match` field names the tag; weak comparison (RFC 9110, section 13.1.2).
  static func matches(ifNoneMatch field: String, entityTag: String) -> Bool {
    field.split(separator: ",").contains { candidate in
      let candidate = candidate.trimmingPrefix(while: { $0 == " " || $0 == "\t" })
      let tag = candidate.prefix { $0 != " " && $0 != "\t" }
      return tag == "*" || tag == entityTag || (tag.hasPrefix("W/") && tag.dropFirst(2) == entityTag)
    }
  }

  /// Whether an `Accept-Encoding` field allows gzip (RFC 9110, section 12.5.3).
  static func acceptsGzip(_ field: String) -> Bool {
    for element in field.split(separator: ",") {
      let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let coding = parts.first, coding == "gzip" || coding == "x-gzip" else { continue }
      return !parts.dropFirst().contains {
        $0.hasPrefix("q=0") && $0.dropFirst(3).allSatisfy { $0 == "." || $0 == "0" }
      }
    }
    return false
  }
}
