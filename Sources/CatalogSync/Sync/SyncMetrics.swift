public import CoreMetrics

/// What the sync does, for whoever collects metrics. The label `provider` has the slugs of the registry, a closed set.
public struct SyncMetrics: Sendable {
  private let factory: any MetricsFactory
  private let leader: Gauge

  /// How the list of a provider can turn out; what was left out is counted too, when somebody asked for it.
  private static let usualOutcomes: [SyncResult.Outcome] = [.changed, .unchanged, .notModified, .failed]

  /// Metrics of a worker that does not lead.
  ///
  /// - Parameter factory: makes them.
  public init(factory: any MetricsFactory = MetricsSystem.factory) {
    self.factory = factory
    leader = Gauge(label: "model_sync_leader", factory: factory)
    leader.record(0)
  }

  /// Says what each metric means.
  ///
  /// - Parameter describe: takes a metric's name and its explanation.
  public static func describe(_ describe: (_ name: String, _ help: String) -> Void) {
    describe("model_sync_results_total", "Syncs of a provider that this worker did, by how they ended.")
    describe("model_sync_duration_seconds", "How long the syncs of a provider took that this worker did.")
    describe(
      "model_sync_offers_total",
      "Offers that syncs of this worker added, removed or changed, and changes that were held back or flagged.")
    describe("model_sync_leader", "Whether this worker follows the schedule: 1 on one worker of the fleet.")
    describe(
      "model_sync_last_success_timestamp_seconds",
      "When a provider's list was last had, by any worker, in seconds since 1970; 0 for a scheduled one that never was."
    )
    describe("model_sync_interval_seconds", "How often a provider is synced; 0 for not by itself.")
    describe("model_sync_consecutive_failures", "How many syncs of a provider have failed in a row, on any worker.")
    describe("model_sync_list_offers", "Offers in the last list of a provider that was read.")
    describe(
      "model_quarantine_entries",
      "Changes that wait for an operator: held back, or taken and flagged. At most 1000 are counted.")
    describe("model_webhook_messages_total", "Messages to webhooks that this worker sent, by what came of them.")
    describe("model_webhook_receivers", "Webhooks that are configured, by how they stand, as all workers know it.")
  }

  /// The upper bounds of the buckets of those histograms that take other ones than the usual, in seconds.
  public static let buckets: [String: [Double]] = [
    "model_sync_duration_seconds": [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
  ]

  /// Makes the counters of a provider that will be synced, so that the first sync is an increase.
  func prepare(_ provider: String) {
    for outcome in Self.usualOutcomes { results(provider, outcome).increment(by: 0) }
  }

  /// Counts a result.
  func record(_ result: SyncResult) {
    results(result.provider, result.outcome).increment()
    guard Self.usualOutcomes.contains(result.outcome) else { return }
    Timer(label: "model_sync_duration_seconds", dimensions: [("provider", result.provider)], factory: factory)
      .recordMilliseconds(result.milliseconds)
    for (change, count) in [
      ("added", result.added), ("removed", result.removed), ("changed", result.changed), ("held", result.held),
      ("flagged", result.flagged),
    ] {
      let dimensions = [("provider", result.provider), ("change", change)]
      Counter(label: "model_sync_offers_total", dimensions: dimensions, factory: factory).increment(by: count)
    }
  }

  /// Says whether this worker follows the schedule.
  func lead(_ isLeading: Bool) { leader.record(isLeading ? 1 : 0) }

  /// Takes in what all workers know.
  ///
  /// - Parameters:
  ///   - scheduled: the slugs of the providers that are synced by themselves.
  ///   - held: changes that are held back.
  ///   - flagged: changes that were taken and look odd.
  func update(_ providers: [SyncStatus.Provider], scheduled: Set<String>, held: Int, flagged: Int) {
    for provider in providers where provider.isReady || provider.attemptedAt != nil {
      func gauge(_ label: String) -> Gauge {
        Gauge(label: label, dimensions: [("provider", provider.provider)], factory: factory)
      }
      let isScheduled = scheduled.contains(provider.provider)
      gauge("model_sync_interval_seconds").record(isScheduled ? provider.intervalSeconds : 0)
      // Without Redis a worker remembers failures that another one has long made good; the record in the database knows.
      let failures = provider.lastFailure == nil ? 0 : provider.error?.failures ?? 0
      gauge("model_sync_consecutive_failures").record(failures)
      if let at = provider.succeededAt ?? (isScheduled ? 0 : nil) {
        gauge("model_sync_last_success_timestamp_seconds").record(at)
      }
      if let result = provider.lastResult { gauge("model_sync_list_offers").record(result.offers) }
    }
    for (state, count) in [("held", held), ("flagged", flagged)] {
      Gauge(label: "model_quarantine_entries", dimensions: [("state", state)], factory: factory).record(count)
    }
  }

  private func results(_ provider: String, _ outcome: SyncResult.Outcome) -> Counter {
    let dimensions = [("provider", provider), ("outcome", outcome.rawValue)]
    return Counter(label: "model_sync_results_total", dimensions: dimensions, factory: factory)
  }
}

/// What becomes of messages to webhooks. The label `state` has the states that there are.
public struct WebhookMetrics: Sendable {
  private let accepted: Counter
  private let gone: Counter
  private let refused: Counter
  private let failed: Counter
  private let receivers: [WebhookStatus.State: Gauge]

  /// Metrics at zero.
  ///
  /// - Parameter factory: makes them.
  public init(factory: any MetricsFactory = MetricsSystem.factory) {
    func counter(_ outcome: String) -> Counter {
      Counter(label: "model_webhook_messages_total", dimensions: [("outcome", outcome)], factory: factory)
    }
    accepted = counter("accepted")
    gone = counter("gone")
    refused = counter("refused")
    failed = counter("failed")
    receivers = Dictionary(
      uniqueKeysWithValues: WebhookStatus.State.allCases.map {
        ($0, Gauge(label: "model_webhook_receivers", dimensions: [("state", $0.rawValue)], factory: factory))
      })
  }

  /// Counts what came of a message.
  func record(_ outcome: WebhookOutcome) {
    switch outcome {
    case .accepted: accepted.increment()
    case .gone: gone.increment()
    case .refused: refused.increment()
    case .failed: failed.increment()
    }
  }

  /// Takes in how the receivers stand.
  func update(_ states: [WebhookStatus.State]) {
    for (state, gauge) in receivers { gauge.record(states.count { $0 == state }) }
  }
}
