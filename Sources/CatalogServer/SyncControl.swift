public import ServiceLifecycle

/// What the server needs of the provider sync, which runs beside it. Documents are JSON.
public protocol SyncControl: Service {
  /// Begins a sync.
  ///
  /// - Parameters:
  ///   - providers: the slugs; all that take part in the schedule where empty.
  ///   - dryRun: whether to only say what would change.
  ///   - force: whether what cannot be believed is taken.
  /// - Returns: the name of the job and its document.
  /// - Throws: ``SyncControlError``, and failures of the database.
  func start(providers: [String], dryRun: Bool, force: Bool) async throws -> (job: String, document: [UInt8])

  /// How the sync of each provider stands.
  func status() async throws -> [UInt8]

  /// A job with its results.
  ///
  /// - Throws: ``SyncControlError/unknownJob(_:)``, and failures of the database.
  func job(_ id: String) async throws -> [UInt8]

  /// Lets a provider be asked again at once that was left alone after failures.
  ///
  /// - Throws: ``SyncControlError/unknownProvider(_:)`` and ``SyncControlError/unavailable(_:)``.
  func clearError(provider: String) async throws
}

/// Why the sync does not do what it was asked for.
public enum SyncControlError: Error {
  /// There is no such provider; the text says which there are.
  case unknownProvider(String)
  /// There is no such job.
  case unknownJob(String)
  /// Too much is asked for at the same time.
  case busy(String)
  /// What all workers share cannot be reached.
  case unavailable(String)
}
