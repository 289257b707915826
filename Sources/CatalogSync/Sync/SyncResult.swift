internal import Catalog
import Foundation

/// What the sync of one provider did.
public struct SyncResult: Sendable, Codable {
  /// How it ended.
  public enum Outcome: String, Sendable, Codable, CaseIterable {
    /// Something changed.
    case changed
    /// The list says what was known.
    case unchanged
    /// The provider says that its list is the one of last time.
    case notModified = "not_modified"
    /// The list could not be had or not be used; what was known stays.
    case failed
    /// The provider was not asked, because of a key that is missing or of failures before.
    case skipped
    /// Somebody else is doing the same.
    case busy
  }

  /// A change, as far as it is listed.
  public struct Change: Sendable, Codable {
    /// `added`, `removed` or `changed`.
    public let kind: String
    /// The offer's id.
    public let offer: String
    /// The field of a changed offer.
    public let field: String?
    /// Its value before.
    public let old: String?
    /// Its value after.
    public let new: String?
    /// Why the change is held back; nil where it is not.
    public let held: String?
  }

  /// The provider's slug.
  public var provider: String
  /// How it ended.
  public var outcome: Outcome
  /// Why it failed or was not done, for people.
  public var reason: String?
  /// Why it failed, in a word for programs.
  public var errorKind: String?
  /// How many offers the list has.
  public var offers = 0
  /// How many of them have a price in each state, by ``PriceState``.
  public var prices: [String: Int] = [:]
  /// Offers that are new.
  public var added = 0
  /// Offers that are gone.
  public var removed = 0
  /// Offers of which a field changed.
  public var changed = 0
  /// Offers that say the same as before.
  public var unchanged = 0
  /// Changes that wait for an operator.
  public var held = 0
  /// Findings that only inform.
  public var flagged = 0
  /// What was odd in the list itself.
  public var notices = 0
  /// The changes, as many as were asked for.
  public var changes: [Change] = []
  /// How many bytes were received, unpacked.
  public var bytes = 0
  /// In how many pages they came.
  public var pages = 0
  /// How long it took.
  public var milliseconds = 0

  /// The result as it is kept, without a list that may be long.
  var withoutChanges: SyncResult {
    var result = self
    result.changes = []
    return result
  }

  init(_ provider: ProviderSlug, _ outcome: Outcome, reason: String? = nil) {
    self.provider = provider.text
    self.outcome = outcome
    self.reason = reason
  }
}

/// How the last sync of a provider went, as all workers know it.
struct ProviderSyncRecord: Codable, Sendable {
  /// What tells whether a provider's list is still the one that is held.
  struct HeldList: Codable, Sendable {
    /// The provider's own mark of it.
    var entityTag: String?
    /// When the provider changed it last.
    var lastModified: String?
    /// Where it came from and how it was read.
    var origin: String
    /// The revision that its transaction made, or found.
    var revision: Int64
    /// When it was read, in seconds since 1970.
    var readAt: Int
  }

  var attemptedAt: Int
  var succeededAt: Int?
  var changedAt: Int?
  /// The list that is held; nil before the first one.
  var list: HeldList?
  /// What the last sync did that read the list.
  var result: SyncResult?
  /// How the last sync failed; nil when it did not.
  var failure: SyncResult?
}

/// Records as JSON.
enum SyncJSON {
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(text.utf8))
  }
}
