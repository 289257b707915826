public import Catalog
public import Logging
import NIOConcurrencyHelpers
public import ServiceLifecycle

/// Tells receivers of every change of the catalog: at least once, in order, each receiver on its own.
///
/// Of all workers the one that holds a lease does it. How far each receiver has got stands in the database.
public final class WebhookSender: Sendable {
  /// What the workers' lease is called.
  static let lease = "webhooks"

  private let receivers: [WebhookReceiver]
  private let transport: WebhookTransport
  private let limits: WebhookLimits
  private let store: any CatalogStore & SyncRecords
  private let records: WebhookRecords
  private let now: @Sendable () -> Int
  private let metrics: WebhookMetrics
  private let logger: Logger
  /// Unique for this worker, for the lease.
  private let worker = String(UInt64.random(in: .min ... .max), radix: 16)
  /// Until when this worker certainly holds the lease; nil when it does not.
  private let leadsUntil = NIOLockedValueBox<ContinuousClock.Instant?>(nil)

  /// A sender.
  ///
  /// - Parameters:
  ///   - now: the time in seconds since 1970.
  ///   - metrics: receive what is counted.
  public init(
    receivers: [WebhookReceiver], transport: WebhookTransport, limits: WebhookLimits = WebhookLimits(),
    store: any CatalogStore & SyncRecords, now: @escaping @Sendable () -> Int, logger: Logger,
    metrics: WebhookMetrics = WebhookMetrics()
  ) {
    self.receivers = receivers
    self.transport = transport
    self.limits = limits
    self.store = store
    records = WebhookRecords(store: store)
    self.now = now
    self.logger = logger
    self.metrics = metrics
  }

  // MARK: The lease

  /// Takes or prolongs the lease again and again.
  private func lead() async {
    while !Task.isCancelled {
      do {
        try await takeLead()
      } catch {
        logger.warning("Nobody may send webhooks for now", metadata: ["reason": "\(error)"])
      }
      guard await slept(limits.lease / 4 * Double.random(in: 0.8...1.2)) else { break }
    }
    do {
      try await lastWords { try await self.endLead() }
    } catch {
      logger.info("The lead of the webhooks ends with its lease", metadata: ["reason": "\(error)"])
    }
  }

  /// Takes or prolongs the lease where nobody else holds it.
  func takeLead() async throws {
    let asked = ContinuousClock.now
    let isLeading = try await store.acquireLease(Self.lease, token: worker, for: limits.lease)
    let isNew = isLeading && !leads()
    leadsUntil.withLockedValue { $0 = isLeading ? asked + limits.lease : nil }
    if isNew { try await records.forgetStopped(except: receivers) }
  }

  /// Lets another worker take the lease at once.
  func endLead() async throws {
    leadsUntil.withLockedValue { $0 = nil }
    try await store.releaseLease(Self.lease, token: worker)
  }

  /// Whether this worker holds the lease, and will for as long.
  private func leads(for duration: Duration = .zero) -> Bool {
    leadsUntil.withLockedValue { $0.map { $0 - ContinuousClock.now > duration } ?? false }
  }

  /// Whether an attempt that begins now ends before another worker may make one.
  private var mayAttempt: Bool { leads(for: limits.deadline + limits.reading + limits.lease / 20) }

  // MARK: Metrics

  /// How often it is looked how the receivers stand.
  private static let metricsInterval = Duration.seconds(15)

  /// Keeps the metrics as all workers know the receivers, until the task is cancelled.
  private func keepMetrics() async {
    while !Task.isCancelled {
      do {
        try await updateMetrics()
      } catch {
        // Whoever asks the database for more than metrics says so louder.
        logger.debug("The metrics of webhooks stay as they are", metadata: ["reason": "\(error)"])
      }
      guard await slept(Self.metricsInterval) else { return }
    }
  }

  /// Tells the metrics how the receivers stand.
  func updateMetrics() async throws {
    let statuses = try await WebhookStatus.all(of: receivers, in: store)
    metrics.update(statuses.filter(\.isConfigured).map(\.state))
  }

  // MARK: Receivers

  /// Sends one receiver what it does not have yet.
  private func serve(_ receiver: WebhookReceiver) async {
    var failures = 0
    while !Task.isCancelled {
      var pause = limits.poll
      if mayAttempt {
        do {
          pause = try await step(receiver)
          failures = 0
        } catch is CancellationError {
          break
        } catch {
          failures += 1
          pause = limits.pause(afterFailures: failures, chance: .random(in: 0...1))
          logger.warning(
            "It is not known what a webhook has got", metadata: ["host": "\(receiver.host)", "reason": "\(error)"])
        }
      }
      guard await slept(pause) else { break }
    }
  }

  /// Sends the next message where there is one. A worker whose lead ends meanwhile writes nothing down: another one may be
  /// further, and sends again what it does not know to be taken.
  ///
  /// - Returns: how long to wait until the next step.
  func step(_ receiver: WebhookReceiver) async throws -> Duration {
    guard var record = try await records.record(of: receiver) else {
      // What was before a receiver came is no news to it.
      let end = try await store.newestChanges(limit: 1).last?.sequence ?? 0
      if leads() { try await records.save(WebhookRecord(cursor: end), of: receiver) }
      return limits.poll
    }
    guard record.stoppedAt == nil else { return limits.poll }
    if let retryAt = record.retryAt, retryAt > now() { return .seconds(retryAt - now()) }
    let changes = try await nextChanges(&record, of: receiver)
    guard let batch = record.batch, !changes.isEmpty, mayAttempt else { return limits.poll }
    let outcome = try await transport.send(WebhookMessage(id: batch.id, changes: changes), to: receiver)
    metrics.record(outcome)
    let pause = note(outcome, in: &record, batch, receiver)
    guard leads() else { return limits.poll }
    try await records.save(record, of: receiver)
    return pause
  }

  /// The changes of the message under way, or of a new one, which is written down before it is sent.
  private func nextChanges(
    _ record: inout WebhookRecord, of receiver: WebhookReceiver
  ) async throws -> [CatalogChange] {
    let changes = try await store.changes(after: record.cursor, provider: nil, limit: limits.changes)
    if let batch = record.batch { return changes.filter { $0.sequence <= batch.end } }
    let fitting = changes.prefix(WebhookMessage.count(of: changes, bytes: limits.bytes))
    guard let last = fitting.last, leads() else { return [] }
    record.batch = WebhookRecord.Batch(id: WebhookMessage.newID(), end: last.sequence)
    try await records.save(record, of: receiver)
    return Array(fitting)
  }

  /// Writes down what came of a message.
  ///
  /// - Returns: how long to wait until the next step.
  private func note(
    _ outcome: WebhookOutcome, in record: inout WebhookRecord, _ batch: WebhookRecord.Batch, _ receiver: WebhookReceiver
  ) -> Duration {
    record.attemptedAt = now()
    record.retryAt = nil
    switch outcome {
    case .accepted:
      record.cursor = batch.end
      record.batch = nil
      record.deliveredAt = now()
      record.failures = 0
      record.failure = nil
      return .zero
    case .gone:
      record.stoppedAt = now()
      record.failure = "the receiver wants no messages any more (status 410)"
      logger.warning("A webhook wants no messages any more", metadata: ["host": "\(receiver.host)"])
      return limits.poll
    case .refused(let status, _, let retryAfter):
      return failed(&record, "status \(status)", asked: retryAfter, receiver)
    case .failed(let reason): return failed(&record, reason, asked: nil, receiver)
    }
  }

  private func failed(
    _ record: inout WebhookRecord, _ reason: String, asked: Duration?, _ receiver: WebhookReceiver
  ) -> Duration {
    record.failures += 1
    record.failure = reason
    let pause = limits.pause(afterFailures: record.failures, asked: asked, chance: .random(in: 0...1))
    record.retryAt = now() + Int(pause.components.seconds)
    logger.warning(
      "A webhook was not taken",
      metadata: [
        "host": "\(receiver.host)", "reason": "\(reason)", "failures": "\(record.failures)",
        "again_in_seconds": "\(pause.inSeconds)",
      ])
    return pause
  }

  /// Waits; false when the task is cancelled meanwhile.
  private func slept(_ duration: Duration) async -> Bool {
    do {
      try await Task.sleep(for: duration)
      return true
    } catch {
      return false
    }
  }
}

extension WebhookSender: Service {
  /// Sends what there is to send while this worker holds the lease, until the task is cancelled.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.lead() }
        group.addTask { await self.keepMetrics() }
        for receiver in self.receivers { group.addTask { await self.serve(receiver) } }
      }
    }
  }
}
