import NIOConcurrencyHelpers
import Testing

@testable import TieredCaching

/// A cache whose value says what it is made of, and what tests look at.
struct CacheHarness: Sendable {
  typealias Cache = TieredCache<FaultySource, [PartID: String]>

  let cache: Cache
  let source: FaultySource
  let tier: FaultyTier
  private let recorded: NIOLockedValueBox<[CacheEvent]>

  /// Everything goes fast, but for what takes seconds on a machine that does too much.
  static let policy = CachePolicy(
    stalenessBound: .milliseconds(400), heartbeat: .milliseconds(20), timeToLive: .seconds(60),
    staleLimit: .seconds(30), loadTimeout: .seconds(20), retryDelay: .milliseconds(20))

  init(
    source: FaultySource = FaultySource(), tier: FaultyTier = FaultyTier(), policy: CachePolicy = policy,
    workerID: String = "one", time: any TimeSource = SystemTime(), spans: Spans = .none
  ) {
    self.source = source
    self.tier = tier
    let recorded = NIOLockedValueBox<[CacheEvent]>([])
    self.recorded = recorded
    cache = Cache(
      source: source, shared: tier, policy: policy, workerID: workerID, time: time, spans: spans,
      assemble: { delta, previous in (previous ?? [:]).merging(delta.parts) { $1 } },
      // Content that says "x@7" counts as committed at the seventh second.
      committedAt: { value, previous in
        value == previous ? nil : value[.x].flatMap { Double($0.dropFirst("x@".count)) }
      },
      record: { event in recorded.withLockedValue { $0.append(event) } })
  }

  var events: [CacheEvent] { recorded.withLockedValue { $0 } }

  /// Does something while the cache is kept current.
  func run(_ body: @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await cache.run() }
      defer { group.cancelAll() }
      try await body()
    }
  }

  /// Waits until something is so.
  func until(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool
  ) async throws {
    for _ in 0..<4_000 {
      if condition() { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record(what, sourceLocation: sourceLocation)
  }

  /// The value when the parts have these revisions.
  static func value(_ x: Int64, _ y: Int64) -> [PartID: String] { [.x: "x@\(x)", .y: "y@\(y)"] }
}
