/// An invalidation is the time of day at which it was made; an entry that is stamped with a later one is taken for current.
///
/// The stamps come from different machines. Where the clock of the one that loads is ahead of the one that invalidates, what
/// was loaded before looks newer (finding 9 of the survey: tags of FusionCache, HybridCache and BentoCache). The clocks here
/// are off by two seconds at most.
final class WallClockTag: CachingProtocol {
  static var name: String { "tags by wall clock" }

  private struct Tier {
    var invalidatedAt: Duration?
    var entry: (version: Int, stamp: Duration)?
  }

  private struct Worker {
    var invalidatedAt: Duration?
    var copy: (version: Int, stamp: Duration)?
  }

  private let world: AnchorWorld
  private var tier = Replicated(Tier())
  private var workers = Array(repeating: Worker(), count: AnchorWorld.workerCount)

  init(world: AnchorWorld) { self.world = world }

  private func isCurrent(_ stamp: Duration, in worker: Int) -> Bool {
    workers[worker].invalidatedAt.map { stamp > $0 } ?? true
  }

  func read(_ worker: Int, serve: @escaping (Int) -> Void) {
    let world = world
    if let copy = workers[worker].copy, isCurrent(copy.stamp, in: worker) { return serve(copy.version) }
    world.ask(.shared, from: worker) {
      self.tier.value.entry
    } then: { found in
      if let entry = found ?? nil, self.isCurrent(entry.stamp, in: worker) {
        self.workers[worker].copy = entry
        return serve(entry.version)
      }
      // The stamp is from before the load, as it should be.
      let stamp = world.now + world.skews[worker]
      world.ask(.database, from: worker) {
        world.version
      } then: { loaded in
        guard let loaded else { return }
        self.workers[worker].copy = (loaded, stamp)
        world.ask(.shared, from: worker) {
          self.tier.value.entry = (loaded, stamp)
        } then: { _ in
        }
        serve(loaded)
      }
    }
  }

  func publish(_ version: Int, done: @escaping () -> Void) {
    let stamp = world.now + (world.skews.last ?? .zero)
    world.ask(.shared, from: nil) {
      self.tier.value.invalidatedAt = stamp
    } then: { answer in
      if answer != nil { done() }
    }
  }

  func beat(_ worker: Int) {
    world.ask(.shared, from: worker) {
      self.tier.value.invalidatedAt
    } then: { stamp in
      if let stamp = stamp ?? nil { self.workers[worker].invalidatedAt = stamp }
    }
  }

  func flush() { tier.flush() }
  func failOver() { tier.failOver() }
  func replicate() { tier.replicate() }
}
