import Catalog

/// How far a receiver of notifications has got, as all workers know it.
public struct WebhookRecord: Sendable, Hashable, Codable {
  /// A message under way, so that each attempt sends the same one, whichever worker makes it.
  struct Batch: Sendable, Hashable, Codable {
    /// The id of the message.
    var id: String
    /// The sequence number of its last change.
    var end: Int
  }

  /// The sequence number of the last change that the receiver has.
  public internal(set) var cursor: Int
  var batch: Batch?
  /// When it was last sent a message, in seconds since 1970.
  public internal(set) var attemptedAt: Int?
  /// When it last took one, in seconds since 1970.
  public internal(set) var deliveredAt: Int?
  /// How many attempts have failed since then.
  public internal(set) var failures = 0
  /// How the last one failed, for a person.
  public internal(set) var failure: String?
  /// When it is tried again, in seconds since 1970.
  public internal(set) var retryAt: Int?
  /// When it said that it wants no messages any more, in seconds since 1970.
  public internal(set) var stoppedAt: Int?

  init(cursor: Int) { self.cursor = cursor }
}

/// The records of receivers.
struct WebhookRecords: Sendable {
  let store: any SyncRecords

  /// That of a receiver; nil where it is new. One that cannot be read is an error: what the receiver has is not known then.
  func record(of receiver: WebhookReceiver) async throws -> WebhookRecord? {
    try await store.record(.webhook, receiver.name).map { try SyncJSON.decode(WebhookRecord.self, $0) }
  }

  /// All of them, by the receivers' names. One that cannot be read is of no account for the others.
  func all() async throws -> [String: Result<WebhookRecord, any Error>] {
    try await store.records(.webhook).mapValues { text in
      Result { try SyncJSON.decode(WebhookRecord.self, text) }
    }
  }

  func save(_ record: WebhookRecord, of receiver: WebhookReceiver) async throws {
    try await store.setRecord(.webhook, receiver.name, try SyncJSON.encode(record))
  }

  /// Forgets receivers that want no messages and are not configured any more, so that they begin anew should they be again.
  func forgetStopped(except receivers: [WebhookReceiver]) async throws {
    for case (let name, .success(let record)) in try await all() where record.stoppedAt != nil {
      if !receivers.contains(where: { $0.name == name }) { try await store.setRecord(.webhook, name, nil) }
    }
  }
}
