internal import Catalog

/// How the sync of each provider stands.
public struct SyncStatus: Sendable, Codable {
  /// One provider.
  public struct Provider: Sendable, Codable {
    /// Its slug.
    public let provider: String
    /// Its name for people.
    public let name: String
    /// Whether it can be asked.
    public let isReady: Bool
    /// Why not, such as a key that is missing.
    public let obstacle: String?
    /// How often it is synced, in seconds; 0 for not by itself.
    public let intervalSeconds: Int
    /// When it was last asked, in seconds since 1970.
    public let attemptedAt: Int?
    /// When it last answered with a list that could be used, in seconds since 1970.
    public let succeededAt: Int?
    /// When its list last changed something, in seconds since 1970.
    public let changedAt: Int?
    /// What the last sync did that read the list.
    public let lastResult: SyncResult?
    /// How the last sync failed; nil when it did not.
    public let lastFailure: SyncResult?
    /// Until when it is left alone, and why; nil when it is not.
    public let error: ErrorState?
  }

  /// Whether nothing is wrong with any provider that can be asked.
  public let isHealthy: Bool
  /// What is wrong, for people.
  public let problems: [String]
  /// The providers, in the order of their slugs.
  public let providers: [Provider]
  /// The last jobs, the newest first, without their results.
  public let jobs: [SyncJob]
}

extension SyncService {
  /// How the sync of each provider stands, as all workers know it. Nothing is fetched.
  ///
  /// - Throws: failures of the database.
  public func status() async throws -> SyncStatus {
    let providers = try await providerStatuses()
    let problems = providers.filter(\.isReady).compactMap { provider -> String? in
      if let error = provider.error { return "\(provider.provider): \(error.message) (\(error.failures) in a row)" }
      return provider.lastFailure.map { "\(provider.provider): \($0.reason ?? "")" }
    }
    let jobs = try await SyncJobs(store: store).newest(10, now: now()).map { job in
      var job = job
      job.results = []
      return job
    }
    return SyncStatus(isHealthy: problems.isEmpty, problems: problems, providers: providers, jobs: jobs)
  }

  /// How the sync of every provider stands.
  ///
  /// - Throws: failures of the database.
  func providerStatuses() async throws -> [SyncStatus.Provider] {
    let records = try await store.records(.provider)
    let states = await errors.states(of: registry.everything.map(\.slug))
    return registry.everything.map { adapter in
      let record = record(of: adapter.slug, records)
      let obstacle = obstacle(to: adapter)
      return SyncStatus.Provider(
        provider: adapter.slug.text, name: adapter.name, isReady: obstacle == nil, obstacle: obstacle,
        intervalSeconds: interval(of: adapter.slug), attemptedAt: record?.attemptedAt,
        succeededAt: record?.succeededAt, changedAt: record?.changedAt, lastResult: record?.result,
        lastFailure: record?.failure,
        error: states[adapter.slug])
    }
  }

  /// Lets a provider be asked again at once that was left alone after failures.
  ///
  /// - Throws: ``UnknownProvider`` when there is none of this name, and ``ErrorStateNotCleared``.
  public func clearError(of name: String) async throws {
    try await errors.clear(try registry.named(name).slug)
  }
}
