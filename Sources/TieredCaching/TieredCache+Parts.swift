import NIOConcurrencyHelpers
import Tracing

/// Getting parts: from the shared tier, else from the database under the lease; and sharing them.
extension TieredCache {
  func fetch(_ labels: [PartID: PartLabel], lifetime: String, flight: Int) async {
    let requestedAt = time.now
    guard let (found, usable) = await usableParts(labels, lifetime: lifetime) else {
      return tell { $0.fetchFailed(flight: flight, now: time.now) }
    }
    noteFetch(of: usable.values, from: .redis, since: requestedAt)
    state.withLockedValue { state in
      guard state.core.isWaiting(in: .fetching, of: flight) else { return }
      for (id, part) in usable {
        guard let label = labels[id] else { continue }
        state.contents[id] = Content(label: label, part: part, tier: .redis)
      }
    }
    let freshFor = found.filter { usable[$0.key] != nil }.mapValues(\.freshFor)
    tell { $0.fetched(freshFor, flight: flight, requestedAt: requestedAt, now: time.now) }
  }

  /// What the shared tier has, and what of it can be decoded; nil when it does not answer.
  private func usableParts(
    _ labels: [PartID: PartLabel], lifetime: String
  ) async -> (found: [PartID: SharedPart], usable: [PartID: Source.Part])? {
    await spans.span("cache.fetch") { span in
      guard let found = await ask("parts", { try await self.shared.parts(labels, lifetime: lifetime) }) else {
        return nil
      }
      let usable = await decode(found, labels: labels)
      span?.updateAttributes { attributes in
        attributes["catalog.parts_wanted"] = labels.count
        attributes["catalog.parts"] = usable.count
      }
      return (found, usable)
    }
  }

  /// The parts that can be decoded; the others count as absent. Many at a time, as the first fetch has all.
  private func decode(_ parts: [PartID: SharedPart], labels: [PartID: PartLabel]) async -> [PartID: Source.Part] {
    await withTaskGroup(of: (PartID, Source.Part?).self) { group in
      for (id, shared) in parts {
        guard let label = labels[id] else { continue }
        group.addTask {
          do {
            return (id, try self.source.decode(shared.bytes, of: id, label: label))
          } catch {
            self.record(.rejected(part: id.text, reason: String(describing: error)))
            return (id, nil)
          }
        }
      }
      var decoded: [PartID: Source.Part] = [:]
      for await (id, part) in group { decoded[id] = part }
      return decoded
    }
  }

  /// A tier that keeps nothing, because there is none, is not asked in earnest.
  private func noteFetch(of parts: some Collection<Source.Part>, from tier: Tier, since start: Duration) {
    guard tier == .database || shared.keepsParts else { return }
    let items = parts.reduce(0) { $0 + source.itemCount(of: $1) }
    record(.fetched(from: tier, parts: parts.count, items: items, duration: time.now - start))
  }

  func acquireLease(_ token: String, flight: Int) async {
    let duration = policy.leaseDuration
    state.withLockedValue { state in
      // One that is refused is asked for again and again by the same flight.
      if state.leaseWait?.flight != flight { state.leaseWait = (flight, time.now) }
    }
    guard
      let isGranted = await ask("acquire_lease", { try await self.shared.acquireLease(token: token, for: duration) })
    else {
      return tell { $0.fetchFailed(flight: flight, now: time.now) }
    }
    tell { $0.leaseAnswered(isGranted, token: token, flight: flight, now: time.now) }
  }

  /// The flight goes on, with the lease, or with what its holder has loaded meanwhile.
  private func endLeaseWait(of flight: Int) {
    let since = state.withLockedValue { state -> Duration? in
      guard let wait = state.leaseWait, wait.flight == flight else { return nil }
      state.leaseWait = nil
      return wait.since
    }
    if let since { record(.leaseWaited(time.now - since)) }
  }

  /// Ends the lease, and keeps trying for as long as it would last: the other workers wait for it.
  func releaseLease(_ token: String) async {
    let deadline = time.now + policy.leaseDuration
    while await ask("release_lease", { try await self.shared.releaseLease(token: token) }) == nil, time.now < deadline {
      do { try await time.sleep(until: time.now + policy.heartbeat) } catch { return }
    }
  }

  func load(changedSince known: Manifest?, atLeast wanted: Manifest, flight: Int) async {
    let requestedAt = time.now
    endLeaseWait(of: flight)
    await withDiscardingTaskGroup { group in
      group.addTask {
        // A database call cannot be broken off; a flight can. What comes later is ignored.
        do { try await self.time.sleep(until: requestedAt + self.policy.loadTimeout) } catch { return }
        self.fail("the database did not answer within \(self.policy.loadTimeout)", flight: flight)
      }
      defer { group.cancelAll() }
      do {
        let delta = try await loadTraced(changedSince: known, atLeast: wanted)
        noteFetch(of: delta.parts.values, from: .database, since: requestedAt)
        state.withLockedValue { state in
          guard state.core.isWaiting(in: .loading, of: flight) else { return }
          for (id, part) in delta.parts {
            let label = PartLabel(revision: delta.manifest.revisions[id] ?? .zero)
            let content = Content(label: label, part: part, tier: .database)
            state.contents[id] = content
            state.unshared[id] = content
          }
        }
        tell {
          $0.loaded(
            delta.manifest, parts: Set(delta.parts.keys), flight: flight, requestedAt: requestedAt, now: time.now)
        }
      } catch is CancellationError {
        return
      } catch {
        fail(String(describing: error), flight: flight)
      }
    }
  }

  private func loadTraced(
    changedSince known: Manifest?, atLeast wanted: Manifest
  ) async throws -> PartDelta<Source.Part> {
    try await spans.span("database.load", ofKind: .client) { span in
      let delta = try await source.load(changedSince: known, atLeast: wanted)
      span?.updateAttributes { attributes in
        attributes["cache.lease"] = state.withLockedValue { $0.core.flight?.hasLease == true }
        attributes["catalog.version"] = delta.manifest.version
        attributes["catalog.parts"] = delta.parts.count
        attributes["catalog.rows"] = delta.parts.values.reduce(0) { $0 + source.itemCount(of: $1) }
      }
      return delta
    }
  }

  private func fail(_ reason: String, flight: Int) {
    record(.failed(reason: reason, isLoad: true))
    tell(isFailure: true) { $0.loadFailed(reason, flight: flight, now: time.now) }
  }

  func install(_ manifest: Manifest, flight: Int) async {
    let started = time.now
    endLeaseWait(of: flight)
    let (core, held, contents) = state.withLockedValue { ($0.core, $0.value, $0.contents) }
    let previous = core.held?.lifetime == manifest.lifetime ? held : nil
    let usable = contents.filter { manifest.label(of: $0.key) == $0.value.label }
    let delta = PartDelta(manifest: manifest, parts: usable.mapValues(\.part))
    do {
      let value = try await spans.child("cache.install") { span in
        span?.attributes["catalog.version"] = manifest.version
        return try assemble(delta, previous)
      }
      let fromDatabase = usable.values.count { $0.tier == .database }
      let tier: Tier = fromDatabase > 0 ? .database : .redis
      let replaces = install(
        value, tier: usable.isEmpty ? .local : tier, flight: flight,
        event: .loaded(
          version: manifest.version, fromShared: usable.count - fromDatabase, fromDatabase: fromDatabase,
          duration: time.now - started), otherwise: .refusedOlder(version: manifest.version))
      // What was missed while the worker did not run says nothing about how fast a change travels.
      if replaces, core.restored == nil, let previous, let committedAt = committedAt(value, previous) {
        record(.visible(committedAt: committedAt))
      }
    } catch {
      fail(String(describing: error), flight: flight)
    }
  }

  /// How many parts are encoded and stored at the same time.
  private static var sharingWidth: Int { 4 }

  func share(_ labels: [PartID: PartLabel], _ manifest: Manifest, stamp: String, token: String?) async {
    let contents = state.withLockedValue { state in
      state.sharing += 1
      defer { state.unshared = [:] }
      return state.unshared
    }
    let parts = (shared.keepsParts ? labels : [:]).compactMap { id, label in
      contents[id].flatMap { content in content.label == label ? (id, label, content.part) : nil }
    }
    await withTaskGroup(of: Bool.self) { group in
      for (index, (id, label, part)) in parts.enumerated() {
        // A tier that refuses one part would refuse the others too.
        if index >= Self.sharingWidth, await group.next() == false { break }
        group.addTask { await self.share(part, id, label, lifetime: manifest.lifetime) }
      }
    }
    await ask("raise") { _ = try await self.shared.raise(to: manifest, stamp: stamp) }
    if let token { await releaseLease(token) }
    state.withLockedValue { $0.sharing -= 1 }
  }

  /// Waits until what was loaded has been shared, and tells the fleet what was done, for programs that end right after
  /// they have what they wanted.
  public func finishSharing() async throws {
    while state.withLockedValue({ $0.sharing > 0 }) { try await time.sleep(until: time.now + .milliseconds(5)) }
    await reportOnce()
  }

  /// Puts a part into the shared tier.
  ///
  /// - Returns: whether the tier answered.
  func share(_ part: Source.Part, _ id: PartID, _ label: PartLabel, lifetime: String) async -> Bool {
    do {
      let bytes = try source.encode(part)
      let timeToLive = policy.timeToLive
      let isStored: Void? = await ask(nil) {
        try await self.shared.store(bytes, of: id, label: label, lifetime: lifetime, timeToLive: timeToLive)
      }
      guard isStored != nil else { return false }
      record(.shared(part: id.text, items: source.itemCount(of: part), bytes: bytes.count, timeToLive: timeToLive))
      return true
    } catch {
      record(.rejected(part: id.text, reason: String(describing: error)))
      return true
    }
  }
}
