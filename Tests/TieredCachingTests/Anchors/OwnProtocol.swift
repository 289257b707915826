@testable import TieredCaching

/// The protocol of this package: the production core and shared state.
final class OwnProtocol: CachingProtocol {
  static var name: String { "modelcatalog" }

  private let world: AnchorWorld
  private let policy = CachePolicy(leaseDuration: .seconds(3))
  private var servers: SimulatedServers
  private var tier: Replicated<SharedState>
  private var workers: [SimulatedWorker]

  init(world: AnchorWorld) {
    self.world = world
    let policy = policy
    let servers = SimulatedServers(parts: [PartID("x")], guards: .all)
    self.servers = servers
    tier = Replicated(servers.shared)
    workers = (0..<AnchorWorld.workerCount).map { SimulatedWorker(id: $0, policy: policy, guards: .all) }
  }

  /// What the database has, which is as many commits as the world says.
  private func catchUp() {
    while servers.database.history.count <= world.version { _ = servers.database.commit([PartID("x")], at: world.now) }
  }

  func read(_ worker: Int, serve: @escaping (Int) -> Void) {
    guard case .serve(.fresh, _) = workers[worker].core.read(now: world.now) else { return }
    // A state that the database never had counts as the oldest.
    serve(workers[worker].core.held.flatMap { servers.database.index(of: $0) } ?? -1)
  }

  func publish(_ version: Int, done: @escaping () -> Void) {
    world.ask(.shared, from: nil) {
      self.catchUp()
      self.servers.publish(version, stamp: "writer \(version) \(self.world.now)")
    } then: { answer in
      if answer != nil { done() }
    }
  }

  func beat(_ worker: Int) { act(workers[worker].core.tick(now: world.now, random: 0.5), of: worker) }

  private func act(_ actions: [CoherenceCore.Action], of worker: Int) {
    for action in actions {
      let requestedAt = world.now
      if action.isLocal {
        world.after(world.milliseconds(0...20), at: worker) {
          self.receive(.done(true), to: action, requestedAt: requestedAt, of: worker)
        }
        continue
      }
      world.ask(action.isForSharedTier ? .shared : .database, from: worker) {
        self.catchUp()
        return self.servers.execute(action, policy: self.policy, now: self.world.now)
      } then: { reply in
        self.receive(reply ?? .failed, to: action, requestedAt: requestedAt, of: worker)
        self.act(action.following, of: worker)
      }
    }
  }

  private func receive(_ reply: Reply, to action: CoherenceCore.Action, requestedAt: Duration, of worker: Int) {
    var reply = reply
    // What an old connection answered is not read any more.
    if case .check(let check) = reply, check.incarnation != servers.incarnation { reply = .failed }
    act(workers[worker].receive(reply, to: action, requestedAt: requestedAt, now: world.now), of: worker)
  }

  func flush() { servers.flush() }
  func failOver() { servers.failOver(to: tier.value) }

  func replicate() {
    tier.replicate()
    tier.value = servers.shared
  }
}
