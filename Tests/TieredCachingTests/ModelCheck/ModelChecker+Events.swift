@testable import TieredCaching

/// What the surroundings of the protocol do.
extension ModelChecker {
  mutating func happen(_ state: ModelState) {
    for event in ModelEvent.allCases where state.left(event) > 0 {
      switch event {
      case .tickOfFirst: tick(0, event, state)
      case .tickOfSecond: tick(1, event, state)
      case .commit: commit(state)
      case .flush: change(state, event) { servers, _ in servers.current.flush() }
      case .failover: failOver(state)
      case .crash: for worker in 0..<ModelState.workerCount { crash(worker, state) }
      case .wait: wait(state)
      case .override: override(state)
      case .eviction: for (index, part) in parts.enumerated() where !part.isDerived { evict(part, index, state) }
      case .replacement: replace(state)
      case .loss, .lag, .delay: break
      }
    }
    for commit in 0..<8 as Range<UInt32> where state.unpublished & (1 << commit) != 0 { publish(commit, state) }
  }

  private mutating func tick(_ index: Int, _ event: ModelEvent, _ state: ModelState) {
    var next = state
    next.use(event)
    var worker = model.workers[state.worker(index)]
    // One, so that nothing is refreshed early.
    let actions = worker.core.tick(now: ProtocolModel.time(next.now), random: 1)
    next.setWorker(index, model.workers.number(of: worker))
    go(model.send(actions, from: worker, now: next.now), in: next, by: .event(event, index))
  }

  private mutating func change(
    _ state: ModelState, _ event: ModelEvent, detail: Int = 0,
    _ body: (inout ProtocolModel.Servers, inout ModelState) -> Void
  ) {
    var next = state
    next.use(event)
    var servers = model.servers[state.servers]
    body(&servers, &next)
    next.setServers(model.servers.number(of: servers))
    for worker in 0..<ModelState.workerCount where event == .flush || event == .failover {
      next.clearLease(of: worker)
    }
    visit(next, by: .event(event, detail))
  }

  private mutating func commit(_ state: ModelState) {
    let parts = parts
    change(state, .commit) { servers, next in
      let count = servers.current.database.history.count
      // Each part in turn; the last commit purges.
      let number = servers.current.database.commit(
        [parts[count % parts.count]], purging: state.left(.commit) == 1, at: ProtocolModel.time(state.now))
      next.addUnpublished(UInt32(number))
    }
  }

  private mutating func publish(_ commit: UInt32, _ state: ModelState) {
    var next = state
    next.removeUnpublished(commit)
    next.advance(by: 1)
    var servers = model.servers[state.servers]
    if state.left(.failover) > 0 { servers.replica = servers.current.shared }
    servers.current.publish(Int(commit), stamp: "writer \(commit)")
    servers.current.database.published(Int(commit), at: ProtocolModel.time(next.now))
    next.setServers(model.servers.number(of: servers))
    visit(next, by: .publish(commit))
  }

  private mutating func replace(_ state: ModelState) {
    change(state, .replacement) { servers, next in
      next.advance(by: 1)
      next.addUnpublished(UInt32(servers.current.database.replace(at: ProtocolModel.time(state.now))))
    }
  }

  private mutating func failOver(_ state: ModelState) {
    change(state, .failover) { servers, _ in servers.current.failOver(to: servers.replica) }
  }

  private mutating func override(_ state: ModelState) {
    let part = parts[0]
    change(state, .override) { servers, next in
      _ = servers.current.override(part, token: "hand", until: ProtocolModel.time(next.now) + .seconds(1_000))
    }
  }

  private mutating func evict(_ part: PartID, _ index: Int, _ state: ModelState) {
    change(state, .eviction, detail: index) { servers, _ in servers.current.evict(part) }
  }

  private mutating func wait(_ state: ModelState) {
    var next = state
    next.use(.wait)
    next.advance(by: 5_000)
    visit(next, by: .event(.wait, 0))
  }

  private mutating func crash(_ index: Int, _ state: ModelState) {
    var next = state
    next.use(.crash)
    next.clearLease(of: index)
    var worker = model.workers[state.worker(index)]
    _ = worker.restart(keepingFor: nil, now: .zero)
    next.setWorker(index, model.workers.number(of: worker))
    for place in (0..<state.messageCount).reversed() {
      var message = model.messages[state.message(place)]
      guard message.worker == index, !message.isAbandoned else { continue }
      next.removeMessage(at: place)
      guard message.reply == nil, !message.action.isLocal else { continue }
      message.isAbandoned = true
      next.insert(model.messages.number(of: message))
    }
    visit(next, by: .event(.crash, index))
  }
}
