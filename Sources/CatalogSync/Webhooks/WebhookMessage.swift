import Catalog

/// What is sent to a receiver: the same id and the same bytes in every attempt.
struct WebhookMessage: Sendable {
  let id: String
  let body: [UInt8]

  /// A message about changes.
  ///
  /// - Parameter changes: at least one, oldest first.
  init(id: String, changes: [CatalogChange]) {
    self.id = id
    body = Self.body(type: "catalog.changes", timestamp: changes.last?.at ?? "") { json in
      json.name("changes")
      json.array { json in
        for change in changes { json.object { json in change.writeMembers(to: &json) } }
      }
      json.member("next_since", changes.last?.sequence)
    }
  }

  /// A message that says nothing, to try whether it arrives.
  ///
  /// - Parameter now: in seconds since 1970.
  init(testAt now: Int) {
    id = Self.newID()
    body = Self.body(type: "catalog.test", timestamp: CatalogTime.text(unixSeconds: now) ?? "") { _ in }
  }

  /// An id that no other message has.
  static func newID() -> String {
    "msg_\(String(UInt64.random(in: .min ... .max), radix: 36))\(String(UInt64.random(in: .min ... .max), radix: 36))"
  }

  /// How many of some changes go into one message; at least one.
  ///
  /// - Parameter bytes: the most that they may take, unless a single one takes more.
  static func count(of changes: [CatalogChange], bytes: Int) -> Int {
    var total = 0
    for (index, change) in changes.enumerated() {
      var json = JSONWriter()
      json.object { json in change.writeMembers(to: &json) }
      total += json.bytes.count
      if total > bytes, index > 0 { return index }
    }
    return changes.count
  }

  private static func body(
    type: String, timestamp: String, _ data: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var json = JSONWriter(capacity: 4_096)
    json.object { json in
      json.member("type", type)
      json.member("timestamp", timestamp)
      json.name("data")
      json.object(data)
    }
    return json.bytes
  }
}
