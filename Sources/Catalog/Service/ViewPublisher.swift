import NIOConcurrencyHelpers
import TieredCaching

/// Keeps finished views in the shared tier, under the specification's keys, for readers that are not workers: `redis-cli`,
/// dashboards, programs in other languages. Workers themselves share parts, which are smaller, and derive views from them.
///
/// A view that is gone or of an older version is written anew by whichever worker looks first; each looks at times of its
/// own.
struct ViewPublisher: Sendable {
  let service: CatalogService

  /// Changes that follow each other closely are written once.
  private static let calm = Duration.seconds(1)
  /// How often a worker looks, give or take a half, so that workers do not look at the same time.
  private static let interval = Duration.seconds(10)

  /// Looks and writes until the task is cancelled.
  func run(time: any TimeSource) async {
    while !Task.isCancelled {
      let pause = Self.calm + Self.interval * Double.random(in: 0..<1)
      do { try await time.sleep(until: time.now + pause) } catch { return }
      guard let served = service.peek(), served.freshness == .fresh else { continue }
      do {
        try await publish(served.value)
      } catch {
        service.record(.sharedFailed(reason: String(describing: error), state: service.coherence.breaker))
      }
    }
  }

  private func publish(_ snapshot: CatalogSnapshot) async throws {
    let views: [CatalogView] =
      [.full, .unique, .statistics] + snapshot.parts.map { .gateway($0.provider.slug) } + service.takeReadModels()
    let kept = try await service.shared.entries(parts: [], views: views.map(\.keyName)).views
    for view in views {
      if !isOutdated(kept[view.keyName], view, snapshot) { continue }
      guard let bytes = Self.json(of: view, snapshot) else { continue }
      try await service.shared.storeView(
        bytes, named: view.keyName, of: snapshot.manifest, timeToLive: service.configuration.lifetimes.of(view))
    }
  }

  private func isOutdated(_ entry: SharedEntry?, _ view: CatalogView, _ snapshot: CatalogSnapshot) -> Bool {
    guard let entry else { return true }
    return entry.label != snapshot.version || entry.freshFor < service.configuration.lifetimes.of(view) / 10
  }

  /// The view as JSON; nil for a model that is not in the catalog.
  static func json(of view: CatalogView, _ snapshot: CatalogSnapshot) -> [UInt8]? {
    switch view {
    case .full: return array(snapshot.parts.lazy.map(\.joinedRecords))
    case .gateway(let slug): return snapshot.part(slug).map { array([$0.joinedRecords]) }
    case .unique: return array(snapshot.uniqueModels.lazy.map(\.record))
    case .statistics:
      var json = JSONWriter(capacity: 16_384)
      json.object { StatisticsEncoding.writeMembers(of: snapshot, to: &$0) }
      return json.bytes
    case .model(let id): return snapshot.offers(named: id).first?.record
    case .pricing(let id):
      guard let offer = snapshot.offers(named: id).first else { return nil }
      var json = JSONWriter()
      offer.offer.pricing.write(to: &json)
      return json.bytes
    }
  }

  private static func array(_ elements: some Sequence<[UInt8]>) -> [UInt8] {
    var json = JSONWriter(capacity: 65_536)
    json.array { json in
      for element in elements { json.rawElements(element) }
    }
    return json.bytes
  }
}
