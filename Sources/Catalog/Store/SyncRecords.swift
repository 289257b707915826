/// What the workers of a fleet keep about their common work beside the catalog: who does it, and how it went.
///
/// Nothing here is part of the catalog: no revision moves, no change is logged, and what is written here does not wait
/// until an import ends, as far as the database can do two things at a time.
public protocol SyncRecords: Sendable {
  /// Takes or prolongs a lease, unless somebody else holds it.
  ///
  /// - Parameters:
  ///   - name: what the lease is for.
  ///   - token: unique per holder.
  ///   - duration: after which it ends by the clock of the database; a day at most.
  /// - Returns: whether this token holds it now.
  /// - Throws: ``StoreError/unavailable(_:)`` when the database does not answer; it is then not known who holds it.
  func acquireLease(_ name: String, token: String, for duration: Duration) async throws -> Bool

  /// Ends a lease, where this token holds it.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` when the database does not answer.
  func releaseLease(_ name: String, token: String) async throws

  /// The records of a kind, by name.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` when the database does not answer.
  func records(_ kind: SyncRecordKind) async throws -> [String: String]

  /// One record; nil where there is none.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` when the database does not answer.
  func record(_ kind: SyncRecordKind, _ name: String) async throws -> String?

  /// Sets a record or, with nil, removes it.
  ///
  /// - Parameters:
  ///   - kind: what it is about.
  ///   - name: its name among those of the kind.
  ///   - value: JSON of at most ``SyncRecordKind/maximumLength`` bytes.
  /// - Throws: ``StoreError/invalidText(_:)``, or ``StoreError/unavailable(_:)`` when the database does not answer.
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

  /// The longest record, in bytes.
  public static let maximumLength = 1 << 20
  /// The longest name, in bytes.
  public static let maximumNameLength = 2_048

  /// Checks what every store refuses.
  ///
  /// - Throws: ``StoreError/invalidText(_:)``.
  public func check(_ name: String, _ value: String?) throws(StoreError) {
    try StoreError.check(name, "the name of a record (\(rawValue))", maximum: Self.maximumNameLength)
    guard let value else { return }
    guard value.utf8.count <= Self.maximumLength else {
      throw .invalidText("the record \(rawValue) \"\(name)\" is longer than \(Self.maximumLength) bytes")
    }
    do {
      _ = try JSONReader.parse(value)
    } catch {
      throw .invalidText("the record \(rawValue) \"\(name)\" is no JSON: \(error.description)")
    }
  }
}

extension Duration {
  /// How long a lease of this duration lasts, in milliseconds: a day at most, and not less than nothing.
  public var leaseMilliseconds: Int { Int(max(.zero, min(self, .seconds(86_400))) / .milliseconds(1)) }
}
