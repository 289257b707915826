/// A part as the shared tier keeps it.
public struct SharedPart: Sendable, Hashable {
  /// The encoded content.
  public let bytes: [UInt8]
  /// How much longer it counts as fresh.
  public let freshFor: Duration

  /// A part.
  public init(bytes: [UInt8], freshFor: Duration) {
    self.bytes = bytes
    self.freshFor = freshFor
  }
}

/// The tier that all workers share: a manifest, encoded parts, derived views, one lease.
///
/// Every function is one atomic operation, and fails by itself when there is no answer in time. ``SharedState`` is the meaning of each as a value; the tier on Redis and the
/// one in this process are held to it by one contract suite.
public protocol SharedTier: Sendable {
  /// Whether it keeps parts that the database has too.
  var keepsParts: Bool { get }

  /// What questions to it are called in traces, such as `redis`; nil for a tier in this process, whose answers take no time.
  var traceName: String? { get }

  /// Whether the manifest still has the stamp `known`; if not, what it is now.
  ///
  /// - Parameters:
  ///   - known: the stamp that the caller knows; nil for none.
  ///   - timeout: after which it fails.
  func check(_ known: SharedStamp?, timeout: Duration) async throws -> SharedCheck

  /// Starts an empty manifest for a lifetime, unless there is one.
  ///
  /// - Returns: the nonce of the manifest that there is now.
  func begin(lifetime: String, nonce: String) async throws -> String

  /// Fills the manifest with a state that was read from the database after the nonce was known.
  ///
  /// - Returns: whether the manifest still has the nonce; otherwise the data was lost in between, and nothing is done.
  func complete(nonce: String, with manifest: Manifest, stamp: String) async throws -> Bool

  /// Raises the revisions of the manifest to those of a state of the database, never lowering one.
  ///
  /// - Returns: whether there is a manifest of this lifetime.
  func raise(to manifest: Manifest, stamp: String) async throws -> Bool

  /// Makes content that was cached by hand the content of a part for as long as its revision stays.
  ///
  /// - Returns: whether the part has that revision.
  func setOverride(_ override: PartOverride, of part: PartID, lifetime: String, stamp: String) async throws -> Bool

  /// Ends an override, unless it has been replaced by another.
  func dropOverride(of part: PartID, token: String, stamp: String) async throws

  /// The parts that are kept under exactly these labels.
  func parts(_ labels: [PartID: PartLabel], lifetime: String) async throws -> [PartID: SharedPart]

  /// Keeps a part, unless a later one is kept.
  ///
  /// - Parameters:
  ///   - bytes: the encoded part.
  ///   - part: whose it is.
  ///   - label: what it was read as.
  ///   - lifetime: of which database.
  ///   - timeToLive: how long it counts as fresh.
  func store(
    _ bytes: [UInt8], of part: PartID, label: PartLabel, lifetime: String, timeToLive: Duration
  ) async throws

  /// Takes the lease to load from the database.
  ///
  /// - Parameters:
  ///   - token: unique per acquisition.
  ///   - duration: after which it ends by the clock of the shared tier.
  /// - Returns: whether it was free.
  func acquireLease(token: String, for duration: Duration) async throws -> Bool

  /// Prolongs a lease that is still held with this token.
  func renewLease(token: String, for duration: Duration) async throws -> Bool

  /// Ends a lease that is still held with this token, and wakes those who wait for it.
  func releaseLease(token: String) async throws

  /// Tells all workers that they should look again. Best effort.
  func announce() async throws

  /// Keeps a finished view of a catalog version for readers that are not workers, unless one of a later version is kept.
  ///
  /// - Parameters:
  ///   - bytes: the encoded view.
  ///   - name: what its key is called after `models:`.
  ///   - manifest: the version that it was made of.
  ///   - timeToLive: after which it goes.
  func storeView(_ bytes: [UInt8], named name: String, of manifest: Manifest, timeToLive: Duration) async throws

  /// What is kept under the names of parts and views, without its content; nothing is loaded.
  func entries(parts: [PartID], views: [String]) async throws -> SharedEntries

  /// Says what this worker holds, and adds what it did since it last said so to the counts of the fleet.
  ///
  /// - Parameters:
  ///   - worker: nil for a program that only asks something and is no worker.
  ///   - statistics: what it did since it last said so.
  /// - Returns: the number of the audit that was asked for last; 0 for none lately.
  @discardableResult
  func report(_ worker: WorkerReport?, adding statistics: CacheStatistics) async throws -> Int

  /// Asks all workers to compare what they serve with the database and with this tier.
  ///
  /// - Returns: the number that their reports will name; later requests have larger numbers.
  func requestAudit() async throws -> Int

  /// What all workers hold that reported lately, and what all that ever reported did.
  func fleet() async throws -> FleetReport

  /// Keeps the connections until the task is cancelled, and calls `announced` when another worker announced something.
  /// Losing an announcement costs time, never truth.
  func run(announced: @escaping @Sendable () -> Void) async
}

/// What is known about a value in the shared tier without reading it.
public struct SharedEntry: Sendable, Hashable {
  /// The name of its key.
  public let key: String
  /// The label of a part, or the version of a view.
  public let label: String
  /// Its size as it is kept.
  public let bytes: Int
  /// How long ago it was written, by the clock of whoever wrote it.
  public let age: Duration
  /// How much longer it counts as fresh; negative when it is kept only for when nothing better can be had.
  public let freshFor: Duration

  /// What is known about a value.
  public init(key: String, label: String, bytes: Int, age: Duration, freshFor: Duration) {
    self.key = key
    self.label = label
    self.bytes = bytes
    self.age = age
    self.freshFor = freshFor
  }
}

/// What is kept in the shared tier.
public struct SharedEntries: Sendable {
  /// By part.
  public let parts: [PartID: SharedEntry]
  /// By the name of the view.
  public let views: [String: SharedEntry]

  /// What is kept.
  public init(parts: [PartID: SharedEntry], views: [String: SharedEntry]) {
    self.parts = parts
    self.views = views
  }
}

/// What one worker holds.
public struct WorkerReport: Sendable, Hashable {
  /// Unique among the workers.
  public let id: String
  /// The catalog version that it serves; empty before the first load.
  public let version: String
  /// Whether it serves it as fresh.
  public let isFresh: Bool
  /// What its last audit found; nil before the first.
  public let audit: AuditSummary?

  /// A report.
  public init(id: String, version: String, isFresh: Bool, audit: AuditSummary? = nil) {
    self.id = id
    self.version = version
    self.isFresh = isFresh
    self.audit = audit
  }
}

/// What all workers hold and did.
public struct FleetReport: Sendable, Equatable {
  /// The workers that reported lately, in the order of their ids.
  public let workers: [WorkerReport]
  /// What all workers that ever reported did, since the shared data was last lost.
  public let statistics: CacheStatistics

  /// A report.
  public init(workers: [WorkerReport], statistics: CacheStatistics) {
    self.workers = workers
    self.statistics = statistics
  }
}

extension SharedTier {
  /// It does, unless it says otherwise.
  public var keepsParts: Bool { true }

  /// It is in this process, unless it says otherwise.
  public var traceName: String? { nil }
}
