public import Catalog

/// How a receiver of notifications stands.
public struct WebhookStatus: Sendable, Codable {
  /// Where a receiver stands.
  public enum State: String, Sendable, Codable, CaseIterable {
    /// No worker has seen it yet.
    case new
    /// It has everything.
    case current
    /// It does not have everything yet.
    case behind
    /// It did not take the last message.
    case failing
    /// It wants no messages any more.
    case stopped
    /// What is kept about it cannot be read, so that it is sent nothing.
    case unreadable
  }

  /// Its host and a digest of its address.
  public let name: String
  /// Whether it is configured here.
  public let isConfigured: Bool
  /// Where it stands.
  public let state: State
  /// The sequence number of the last change in the log.
  public let end: Int
  /// How far it has got; nil for a new one.
  public let record: WebhookRecord?

  /// How every receiver stands that is configured or known.
  ///
  /// - Throws: failures of the database.
  public static func all(
    of receivers: [WebhookReceiver], in store: any CatalogStore & SyncRecords
  ) async throws -> [WebhookStatus] {
    let records = try await WebhookRecords(store: store).all()
    // From where a receiver is, the end of the log is near.
    let hint = records.values.compactMap { if case .success(let record) = $0 { record.cursor } else { nil } }.max() ?? 0
    let end = try await store.newestChanges(limit: 1, hint: hint).last?.sequence ?? 0
    let names = receivers.map(\.name)
    return (names + records.keys.filter { !names.contains($0) }.sorted()).map { name in
      let (state, record): (State, WebhookRecord?) =
        switch records[name] {
        case .success(let record): (state(of: record, end: end), record)
        case .failure: (.unreadable, nil)
        case nil: (.new, nil)
        }
      return WebhookStatus(name: name, isConfigured: names.contains(name), state: state, end: end, record: record)
    }
  }

  private static func state(of record: WebhookRecord, end: Int) -> State {
    if record.stoppedAt != nil { return .stopped }
    if record.failures > 0 { return .failing }
    return record.cursor < end ? .behind : .current
  }

  /// What programs are told, as JSON.
  public static func document(of statuses: [WebhookStatus]) throws -> [UInt8] {
    Array(try SyncJSON.encode(["receivers": statuses]).utf8)
  }
}
