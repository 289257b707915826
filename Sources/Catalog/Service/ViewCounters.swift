import NIOConcurrencyHelpers
import Synchronization
import TieredCaching

/// Hits and misses by view, and by gateway for the views of one gateway.
public final class ViewCounters: Sendable {
  /// How often a view was held, and how often it was not.
  public struct Count: Sendable, Equatable {
    /// Reads answered by what was held.
    public var hits = 0
    /// Reads that had to be derived or loaded.
    public var misses = 0

    /// Hits in percent of all reads, rounded to two places; nil before the first read.
    public var hitRatePercent: Double? {
      hits + misses == 0 ? nil : (Double(hits) / Double(hits + misses) * 10_000).rounded() / 100
    }
  }

  /// A closed set, so that a read costs a comparison of a few short texts and no lock.
  private final class Kind: Sendable {
    let name: String
    let hits = Atomic(0)
    let misses = Atomic(0)

    init(_ name: String) { self.name = name }
  }

  /// The most gateways that are counted apart; what is read beyond them counts for the view only.
  private static let maximumGateways = 2_000

  private let kinds = ["full", "model", "gateway", "unique", "stats", "pricing"].map { Kind($0) }
  private let gateways = NIOLockedValueBox<[String: Count]>([:])

  init() {}

  func record(_ event: CacheEvent) {
    switch event {
    case .hit(let key, _, _, _):
      kind(key.view)?.hits.add(1, ordering: .relaxed)
      if key.view == "gateway" { add(key.name) { $0.hits += 1 } }
    case .miss(let key):
      kind(key.view)?.misses.add(1, ordering: .relaxed)
      if key.view == "gateway" { add(key.name) { $0.misses += 1 } }
    default: break
    }
  }

  private func kind(_ name: String) -> Kind? { kinds.first { $0.name == name } }

  private func add(_ gateway: String, _ change: (inout Count) -> Void) {
    gateways.withLockedValue { gateways in
      guard gateways[gateway] != nil || gateways.count < Self.maximumGateways else { return }
      change(&gateways[gateway, default: Count()])
    }
  }

  /// The counts of a view.
  public func count(of view: CatalogView) -> Count {
    if case .gateway(let slug) = view { return gateways.withLockedValue { $0[slug.text] ?? Count() } }
    guard let kind = kind(view.kind) else { return Count() }
    return Count(hits: kind.hits.load(ordering: .relaxed), misses: kind.misses.load(ordering: .relaxed))
  }
}
