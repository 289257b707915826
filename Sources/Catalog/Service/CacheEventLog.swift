import Logging
import NIOConcurrencyHelpers
import TieredCaching

/// Writes cache events to the log; the same failure again is logged once until something else happens.
struct CacheEventLog: Sendable {
  let logger: Logger
  private let lastFailure = NIOLockedValueBox<String?>(nil)

  init(logger: Logger) { self.logger = logger }

  func record(_ event: CacheEvent) {
    switch event {
    case .hit(let view, let tier, _): logger.trace("Cache HIT: \(view)", metadata: ["tier": "\(tier.rawValue)"])
    case .miss(let view): logger.debug("Cache MISS: \(view)")
    case .stored(let view, let bytes): logger.debug("Cache SET: \(view)", metadata: ["bytes": "\(bytes)"])
    case .loaded(let version, let parts, let duration):
      lastFailure.withLockedValue { $0 = nil }
      logger.info(
        "Catalog loaded",
        metadata: ["version": "\(version)", "providers_changed": "\(parts)", "duration": "\(duration)"])
    case .refusedOlder(let version):
      logger.warning("Load refused: it is older than the catalog that is held", metadata: ["version": "\(version)"])
    case .failed(let reason):
      let isNew = lastFailure.withLockedValue { last in
        defer { last = reason }
        return last != reason
      }
      if isNew {
        logger.error("Catalog cannot be confirmed; serving the last good one", metadata: ["reason": "\(reason)"])
      }
    }
  }
}
