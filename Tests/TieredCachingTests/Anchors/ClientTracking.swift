/// A writer deletes the entry, and the server tells everybody who may hold a copy (`CLIENT TRACKING ON BCAST`).
///
/// Deleting what is not there tells nobody (finding 5 of the survey); a deletion that is told while a value is on its way is
/// forgotten when it arrives (race R2); and while the connection is silently broken nothing is heard (finding 4).
final class ClientTracking: CachingProtocol {
  static var name: String { "delete and client tracking" }

  private let world: AnchorWorld
  private var entry = Replicated<Int?>(nil)
  private var local: [Int: Int] = [:]

  init(world: AnchorWorld) { self.world = world }

  func read(_ worker: Int, serve: @escaping (Int) -> Void) {
    let world = world
    if let version = local[worker] { return serve(version) }
    world.ask(.shared, from: worker) {
      self.entry.value
    } then: { found in
      if let version = found ?? nil {
        self.local[worker] = version
        return serve(version)
      }
      world.ask(.database, from: worker) {
        world.version
      } then: { loaded in
        guard let loaded else { return }
        world.ask(.shared, from: worker) {
          self.set(loaded)
        } then: { _ in
          self.local[worker] = loaded
          serve(loaded)
        }
      }
    }
  }

  private func set(_ version: Int?) {
    let isThere = entry.value != nil || version != nil
    entry.value = version
    if isThere { tellEverybody() }
  }

  private func tellEverybody() {
    for worker in 0..<AnchorWorld.workerCount { world.push(to: worker) { self.local[worker] = nil } }
  }

  func publish(_ version: Int, done: @escaping () -> Void) {
    world.ask(.shared, from: nil) {
      self.set(nil)
    } then: { answer in
      if answer != nil { done() }
    }
  }

  func beat(_ worker: Int) {}

  func flush() {
    entry.flush()
    tellEverybody()
  }

  func failOver() { entry.failOver() }
  func replicate() { entry.replicate() }
}
