internal import Catalog

/// One run of the sync over some providers.
public struct SyncJob: Sendable, Codable {
  /// Who asked for it.
  public enum Trigger: String, Sendable, Codable {
    case schedule, api, command
  }

  /// Where it stands.
  public enum State: String, Sendable, Codable {
    case running, done
    /// The worker that did it is gone.
    case lost
  }

  /// Its name.
  public var id: String
  /// Who asked for it.
  public var trigger: Trigger
  /// Where it stands.
  public internal(set) var state = State.running
  /// Whether it only says what would change.
  public var dryRun: Bool
  /// When it began, in seconds since 1970.
  public var startedAt: Int
  /// When it ended, in seconds since 1970.
  public internal(set) var finishedAt: Int?
  /// When it last said how far it is, in seconds since 1970.
  public internal(set) var updatedAt: Int
  /// The slugs of the providers, sorted.
  public var providers: [String]
  /// What has been done, in the order in which it was done.
  public internal(set) var results: [SyncResult] = []

  /// After how many seconds without a word a job counts as lost.
  static let silence = 1_800

  /// How many results ended this way.
  public func count(_ outcome: SyncResult.Outcome) -> Int { results.count { $0.outcome == outcome } }
}

/// A job does not exist.
public struct NoSuchJob: Error, CustomStringConvertible {
  /// Its name.
  public let id: String
  /// What is wrong, for a person.
  public var description: String { "there is no sync job \"\(id.prefix(60))\"; the last \(SyncJobs.kept) are kept" }
}

/// The jobs of a fleet, as all its workers see them.
struct SyncJobs: Sendable {
  /// How many are kept.
  static let kept = 100
  /// The most changes that are kept of a job, all its providers together, and the most characters of a value in them:
  /// a record has an end (``SyncRecordKind/maximumLength``).
  private static let changesKept = 200
  private static let longestValue = 300

  let store: any SyncRecords

  func save(_ job: SyncJob) async throws {
    var job = job
    var rest = Self.changesKept
    for index in job.results.indices {
      job.results[index].changes = job.results[index].changes.prefix(rest).map { $0.cut(to: Self.longestValue) }
      rest -= job.results[index].changes.count
    }
    try await store.setRecord(.job, job.id, try SyncJSON.encode(job))
  }

  /// - Throws: ``NoSuchJob``, and failures of the database.
  func job(_ id: String, now: Int) async throws -> SyncJob {
    guard let text = try await store.record(.job, id) else { throw NoSuchJob(id: id) }
    return try Self.job(text, now: now)
  }

  /// The newest jobs, the newest first.
  func newest(_ count: Int, now: Int) async throws -> [SyncJob] {
    try await store.records(.job).sorted { $0.key > $1.key }.prefix(count).map { try Self.job($0.value, now: now) }
  }

  private static func job(_ text: String, now: Int) throws -> SyncJob {
    var job = try SyncJSON.decode(SyncJob.self, text)
    if job.state == .running, now - job.updatedAt > SyncJob.silence { job.state = .lost }
    return job
  }

  func forget(_ id: String) async throws { try await store.setRecord(.job, id, nil) }

  /// Forgets the oldest jobs; their names begin with the time.
  func prune() async throws {
    for id in try await store.records(.job).keys.sorted().dropLast(Self.kept) { try await forget(id) }
  }
}

extension SyncResult.Change {
  fileprivate func cut(to length: Int) -> SyncResult.Change {
    SyncResult.Change(
      kind: kind, offer: offer, field: field, old: old.map { String($0.prefix(length)) },
      new: new.map { String($0.prefix(length)) }, held: held)
  }
}
