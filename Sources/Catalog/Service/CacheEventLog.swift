import Logging
import NIOConcurrencyHelpers
import TieredCaching

/// Writes cache events to the log, in the words of the specification; the same failure again is logged once until
/// something else happens.
struct CacheEventLog: Sendable {
  let logger: Logger
  private let state = NIOLockedValueBox(State())

  private struct State: Sendable {
    /// Why the database could not be asked whether anything changed, until it answers.
    var checkFailure: String?
    /// How often it has answered since then without a failure.
    var goodChecks = 0
    /// Why a version could not be loaded, until one is: a database that answers may still have something unreadable.
    var loadFailure: String?
    /// Why a call failed, until the database is asked again.
    var callFailure: String?
    var isSharedDown = false
    /// What Redis said last when it was reached and refused.
    var lastRefusal: String?
  }

  init(logger: Logger) { self.logger = logger }

  func record(_ event: CacheEvent) {
    switch event {
    case .hit(let key, let tier, let freshness, _):
      logger.trace(
        "Cache HIT: \(key.title)",
        metadata: ["view": "\(key.view)", "tier": "\(tier.rawValue)", "state": "\(freshness.rawValue)"])
    case .servedPastBound(let key, let age):
      logger.error(
        "Served as fresh past the staleness bound: \(key.title)", metadata: ["view": "\(key.view)", "age": "\(age)"])
    case .miss(let key): logger.debug("Cache MISS: \(key.title)", metadata: ["view": "\(key.view)"])
    case .stored(let key, let bytes):
      logger.debug(
        "Cache SET: \(key.title)", metadata: ["view": "\(key.view)", "tier": "local", "bytes": "\(bytes)"])
    case .shared(let part, let items, let bytes, let timeToLive):
      state.withLockedValue { $0.lastRefusal = nil }
      let seconds = Int(timeToLive / .seconds(1))
      logger.info(
        "Cache SET: Gateway catalog for \(part) (\(items) models, TTL: \(seconds)s)",
        metadata: ["gateway": "\(part)", "tier": "redis", "bytes": "\(bytes)", "models": "\(items)"])
    case .invalidated(let key): logger.notice("Cache INVALIDATE: \(key.title)", metadata: ["view": "\(key.view)"])
    case .loaded(let version, let fromShared, let fromDatabase, let duration):
      state.withLockedValue { $0.loadFailure = nil }
      logger.info(
        "Catalog loaded",
        metadata: [
          "version": "\(version)", "parts_from_redis": "\(fromShared)", "parts_from_database": "\(fromDatabase)",
          "duration": "\(duration)",
        ])
    case .fetched(let tier, let parts, let items, let duration):
      logger.debug(
        "Parts fetched",
        metadata: [
          "tier": "\(tier.rawValue)", "parts": "\(parts)", "models": "\(items)", "duration": "\(duration)",
        ])
    case .leaseWaited(let duration): logger.debug("Waited for the lease", metadata: ["duration": "\(duration)"])
    case .checked(.database, _): databaseAnswered()
    case .checked, .visible: break
    case .refusedOlder(let version):
      logger.warning("Load refused: it is older than the catalog that is held", metadata: ["version": "\(version)"])
    case .rejected(let part, let reason):
      logger.warning(
        "Value in Redis cannot be used and counts as absent", metadata: ["gateway": "\(part)", "reason": "\(reason)"])
    case .audited(let summary): audited(summary)
    case .failed(let reason, let isLoad): failed(reason, isLoad: isLoad)
    case .callFailed(let reason): callFailed(reason)
    case .sharedFailed(let reason, let breaker): sharedFailed(reason, breaker)
    case .sharedRecovered: sharedRecovered()
    }
  }

  private func audited(_ summary: AuditSummary) {
    guard !summary.isConsistent else { return }
    logger.error(
      "Audit found answers that are not what the database has",
      metadata: [
        "different": "\(summary[.different])", "past_bound": "\(summary[.pastBound])", "views": "\(summary.views)",
        "differing": "\(summary.differing.joined(separator: ", "))",
      ])
  }

  private func failed(_ reason: String, isLoad: Bool) {
    if !isLoad { state.withLockedValue { $0.goodChecks = 0 } }
    if isNew(reason, in: isLoad ? \.loadFailure : \.checkFailure) {
      logger.error("Catalog cannot be confirmed; serving the last good one", metadata: ["reason": "\(reason)"])
    }
  }

  private func callFailed(_ reason: String) {
    if isNew(reason, in: \.callFailure) { logger.warning("Catalog call failed", metadata: ["reason": "\(reason)"]) }
  }

  /// Remembers a reason, and says whether it is another one than before.
  private func isNew(_ reason: String, in failure: WritableKeyPath<State, String?>) -> Bool {
    state.withLockedValue { state in
      defer { state[keyPath: failure] = reason }
      return state[keyPath: failure] != reason
    }
  }

  /// After how many answers in a row a database counts as back: one that answers now and then is told of once.
  private static let steadyChecks = 8

  private func databaseAnswered() {
    let wasDown = state.withLockedValue { state in
      state.callFailure = nil
      guard state.checkFailure != nil else { return false }
      state.goodChecks += 1
      guard state.goodChecks >= Self.steadyChecks else { return false }
      state.checkFailure = nil
      return true
    }
    if wasDown { logger.notice("The database answers again") }
  }

  /// Once per outage, and once per reason of refusal; not per request.
  private func sharedFailed(_ reason: String, _ breaker: CircuitBreaker.State) {
    let (isOutage, isRefusal) = state.withLockedValue { state in
      defer {
        state.isSharedDown = state.isSharedDown || breaker != .closed
        state.lastRefusal = reason
      }
      return (!state.isSharedDown && breaker != .closed, breaker == .closed && state.lastRefusal != reason)
    }
    if isOutage {
      logger.warning(
        "Redis unavailable; serving from local memory and the database", metadata: ["reason": "\(reason)"])
    } else if isRefusal {
      logger.warning("Redis operation failed", metadata: ["reason": "\(reason)"])
    }
  }

  private func sharedRecovered() {
    let wasDown = state.withLockedValue { state in
      defer { state.isSharedDown = false }
      return state.isSharedDown
    }
    if wasDown { logger.notice("Redis available again") }
  }
}

extension ViewKey {
  /// The name that the log has for a view.
  var title: String {
    switch view {
    case "full": "Full model catalog"
    case "gateway": "Gateway catalog for \(name)"
    case "unique": "Unique models"
    case "stats": "Catalog statistics"
    default: name.isEmpty ? view : "\(view) \(name)"
    }
  }
}
