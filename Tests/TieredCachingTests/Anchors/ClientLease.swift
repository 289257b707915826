/// A miss leaves a placeholder with the name of the *client*, and only who finds that placeholder unchanged may fill it.
///
/// A client that asks twice has the same name twice: its first load began before a deletion, its second after, and the first
/// one's fill passes for the second one's (finding 2 of the survey: rueidisaside, an ABA problem). The local copy lives for
/// half a second only.
final class ClientLease: CachingProtocol {
  static var name: String { "lease token per client" }

  private enum Entry {
    case absent
    case leased(client: Int, until: Duration)
    case filled(Int)
  }

  private let world: AnchorWorld
  private var entry = Replicated(Entry.absent)
  private var local: [Int: (version: Int, until: Duration)] = [:]

  init(world: AnchorWorld) { self.world = world }

  func read(_ worker: Int, serve: @escaping (Int) -> Void) { read(worker, since: world.now, tries: 20, serve) }

  private func read(_ worker: Int, since started: Duration, tries: Int, _ serve: @escaping (Int) -> Void) {
    let world = world
    if let copy = local[worker], copy.until > world.now { return serve(copy.version) }
    world.ask(.shared, from: worker) {
      self.getOrLease(worker)
    } then: { found in
      switch found {
      case .filled(let version):
        self.local[worker] = (version, started + .milliseconds(500))
        serve(version)
      case .leased(worker, _): self.fill(worker, since: started, serve)
      default:
        guard tries > 0 else { return }
        world.after(.milliseconds(50), at: worker) { self.read(worker, since: started, tries: tries - 1, serve) }
      }
    }
  }

  /// `SET key client NX GET`: the entry, or a lease when there is none.
  private func getOrLease(_ worker: Int) -> Entry {
    switch entry.value {
    case .filled: return entry.value
    case .leased(let client, let until) where until > world.now && client != worker: return entry.value
    case .leased(_, let until) where until > world.now: return .absent
    case .absent, .leased:
      entry.value = .leased(client: worker, until: world.now + .seconds(3))
      return entry.value
    }
  }

  private func fill(_ worker: Int, since started: Duration, _ serve: @escaping (Int) -> Void) {
    let world = world
    world.ask(.database, from: worker) {
      world.version
    } then: { loaded in
      guard let loaded else { return }
      world.ask(.shared, from: worker) {
        if case .leased(worker, _) = self.entry.value { self.entry.value = .filled(loaded) }
      } then: { _ in
        serve(loaded)
      }
    }
  }

  func publish(_ version: Int, done: @escaping () -> Void) {
    world.ask(.shared, from: nil) {
      self.entry.value = .absent
    } then: { answer in
      if answer != nil { done() }
    }
  }

  func beat(_ worker: Int) {}
  func flush() { entry.flush() }
  func failOver() { entry.failOver() }
  func replicate() { entry.replicate() }
}
