/// A counter that every invalidation raises with `INCR`; workers poll it and drop their copy when it has grown.
///
/// Workers remember the highest count that they saw, so after the shared tier lost its data they take no notice of
/// invalidations until the new counter has caught up; and a copy is stamped with the count after it was loaded, so an
/// invalidation during the load is lost (finding 8 of the survey: the system that the specification comes from).
final class EpochCounter: CachingProtocol {
  static var name: String { "epoch by INCR, highest wins" }

  private struct Worker {
    var epoch = 0
    var copy: (version: Int, epoch: Int)?
  }

  private let world: AnchorWorld
  private var counter = Replicated(0)
  private var workers = Array(repeating: Worker(), count: AnchorWorld.workerCount)

  init(world: AnchorWorld) { self.world = world }

  func read(_ worker: Int, serve: @escaping (Int) -> Void) {
    let world = world
    if let copy = workers[worker].copy, copy.epoch >= workers[worker].epoch { return serve(copy.version) }
    world.ask(.database, from: worker) {
      world.version
    } then: { loaded in
      guard let loaded else { return }
      self.workers[worker].copy = (loaded, self.workers[worker].epoch)
      serve(loaded)
    }
  }

  func publish(_ version: Int, done: @escaping () -> Void) {
    world.ask(.shared, from: nil) {
      self.counter.value += 1
    } then: { answer in
      if answer != nil { done() }
    }
  }

  func beat(_ worker: Int) {
    world.ask(.shared, from: worker) {
      self.counter.value
    } then: { epoch in
      guard let epoch else { return }
      self.workers[worker].epoch = max(self.workers[worker].epoch, epoch)
    }
  }

  func flush() { counter.flush() }
  func failOver() { counter.failOver() }
  func replicate() { counter.replicate() }
}
