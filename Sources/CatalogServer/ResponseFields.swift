import TieredCaching

/// The header fields that differ from one response to the next, in one place for both ways of sending them.
enum ResponseFields {
  /// Hands `age` and `x-cache` of an answer to `write`.
  @inline(__always)
  static func forEach(of served: ServedAnswer, _ write: (_ name: StaticString, _ value: String) -> Void) {
    write("age", String(max(0, served.age.components.seconds)))
    write("x-cache", cacheField(served))
  }

  /// Where the answer was found, and whether it is known to be current.
  private static func cacheField(_ served: ServedAnswer) -> String {
    switch (served.wasReady, served.tier, served.freshness) {
    case (true, .local, .fresh): "hit; tier=local; state=fresh"
    case (true, .local, .stale): "hit; tier=local; state=stale"
    case (true, .redis, .fresh): "hit; tier=redis; state=fresh"
    case (true, .redis, .stale): "hit; tier=redis; state=stale"
    case (true, .database, .fresh): "hit; tier=database; state=fresh"
    case (true, .database, .stale): "hit; tier=database; state=stale"
    case (false, .local, .fresh): "miss; tier=local; state=fresh"
    case (false, .local, .stale): "miss; tier=local; state=stale"
    case (false, .redis, .fresh): "miss; tier=redis; state=fresh"
    case (false, .redis, .stale): "miss; tier=redis; state=stale"
    case (false, .database, .fresh): "miss; tier=database; state=fresh"
    case (false, .database, .stale): "miss; tier=database; state=stale"
    }
  }

  /// Whether an `If-None-Match` field names the tag; weak comparison (RFC 9110, section 13.1.2).
  static func matches(ifNoneMatch field: String, entityTag: String) -> Bool {
    // What a client sends that has exactly one copy.
    if field == entityTag { return true }
    return field.split(separator: ",").contains { candidate in
      let candidate = candidate.trimmingPrefix(while: { $0 == " " || $0 == "\t" })
      let tag = candidate.prefix { $0 != " " && $0 != "\t" }
      return tag == "*" || tag == entityTag || (tag.hasPrefix("W/") && tag.dropFirst(2) == entityTag)
    }
  }

  /// Whether an `Accept-Encoding` field allows gzip (RFC 9110, section 12.5.3).
  static func acceptsGzip(_ field: String) -> Bool {
    // What almost every client sends.
    if field == "gzip" || field.hasPrefix("gzip,") { return true }
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

extension [UInt8] {
  /// Appends a text as it is.
  mutating func append(_ text: StaticString) { text.withUTF8Buffer { append(contentsOf: $0) } }

  /// Appends a header field as HTTP/1 sends it.
  mutating func appendField(_ name: StaticString, _ value: String) {
    append(name)
    append(": ")
    append(contentsOf: value.utf8)
    append("\r\n")
  }
}
