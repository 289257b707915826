import Catalog
import Logging

extension SyncService {
  /// How often it is looked what all workers know.
  private static let metricsInterval = Duration.seconds(15)

  /// Keeps the metrics as all workers know the sync, until the task is cancelled.
  func keepMetrics() async {
    while !Task.isCancelled {
      do {
        try await updateMetrics()
      } catch {
        // Whoever asks the database for more than metrics says so louder.
        logger.debug("The metrics of the sync stay as they are", metadata: ["reason": "\(error)"])
      }
      do { try await Task.sleep(for: Self.metricsInterval) } catch { return }
    }
  }

  /// Tells the metrics what all workers know.
  func updateMetrics() async throws {
    let waiting = try await store.quarantine(of: nil, states: [.pending], limit: 1_000)
    let held = waiting.count { $0.isHeld }
    let scheduled = try adapters(named: []).filter { interval(of: $0.slug) > 0 && obstacle(to: $0) == nil }
      .map(\.slug.text)
    scheduled.forEach(metrics.prepare)
    metrics.update(try await providerStatuses(), scheduled: Set(scheduled), held: held, flagged: waiting.count - held)
  }
}
