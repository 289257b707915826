/// Cache-aside: a miss loads from the database and stores what it got; a writer deletes the entry.
///
/// Nothing connects a fill with what was deleted while it loaded, so a slow load brings the old value back (race R1 of the
/// survey of caches: FusionCache `Remove`, HybridCache, BentoCache, cashews). The local copy lives for half a second only,
/// so that the shared entry alone decides.
final class CacheAside: CachingProtocol {
  static var name: String { "cache-aside, delete on write" }

  private let world: AnchorWorld
  private var entry = Replicated<Int?>(nil)
  private var local: [Int: (version: Int, until: Duration)] = [:]

  init(world: AnchorWorld) { self.world = world }

  func read(_ worker: Int, serve: @escaping (Int) -> Void) {
    let world = world
    if let copy = local[worker], copy.until > world.now { return serve(copy.version) }
    let started = world.now
    world.ask(.shared, from: worker) {
      self.entry.value
    } then: { found in
      if let version = found ?? nil { return self.keep(version, in: worker, since: started, serve) }
      world.ask(.database, from: worker) {
        world.version
      } then: { loaded in
        guard let loaded else { return }
        world.ask(.shared, from: worker) {
          self.entry.value = loaded
        } then: { _ in
        }
        self.keep(loaded, in: worker, since: started, serve)
      }
    }
  }

  private func keep(_ version: Int, in worker: Int, since start: Duration, _ serve: (Int) -> Void) {
    local[worker] = (version, start + .milliseconds(500))
    serve(version)
  }

  func publish(_ version: Int, done: @escaping () -> Void) {
    world.ask(.shared, from: nil) {
      self.entry.value = nil
    } then: { answer in
      if answer != nil { done() }
    }
  }

  func beat(_ worker: Int) {}
  func flush() { entry.flush() }
  func failOver() { entry.failOver() }
  func replicate() { entry.replicate() }
}
