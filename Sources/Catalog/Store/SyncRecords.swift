/// What the workers of a fleet keep about their common work beside the catalog: who does it, and how it went.
///
/// Nothing here is part of the catalog: no revision moves, and no change is logged.
public protocol SyncRecords: Sendable {
  /// Takes or prolongs a lease, unless somebody else holds it.
  ///
  /// - Parameters:
  ///   - name: what the lease is for.
  ///   - token: unique per holder.
  ///   - duration: after which it ends by the clock of the database.
  /// - Returns: whether this token holds it now.
  func acquireLease(_ name: String, token: String, for duration: Duration) async throws -> Bool

  /// Ends a lease, where this token holds it.
  func releaseLease(_ name: String, token: String) async throws

  /// The records of a kind, by name.
  func records(_ kind: SyncRecordKind) async throws -> [String: String]

  /// Sets a record or, with nil, removes it.
  func setRecord(_ kind: SyncRecordKind, _ name: String, _ value: String?) async throws
}

/// What a record is about; its text is JSON.
public enum SyncRecordKind: String, Sendable, CaseIterable {
  /// How the last sync of a provider went, by its slug.
  case provider
  /// A run of the sync, by its id.
  case job
  /// How far a receiver of notifications has got, by its address.
  case webhook
}
