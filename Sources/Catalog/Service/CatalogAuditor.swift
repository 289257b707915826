public import TieredCaching

/// Compares what this worker serves with the database and the shared tier, while it serves it.
///
/// The guarantees are proven elsewhere; this finds out where reality differs: a trigger that somebody dropped, a wrong byte
/// in memory or in Redis, a mistake in what is derived step by step.
struct CatalogAuditor {
  let service: CatalogService
  let time: any TimeSource

  /// How often a worker audits itself of its own accord.
  private static var interval: Duration { .seconds(10) }
  /// How often it looks whether an audit was asked for.
  private static var look: Duration { .milliseconds(200) }

  /// Audits until the task is cancelled.
  func run() async {
    var memory = AuditMemory()
    var next = time.now + Self.interval * Double.random(in: 0.2...1)
    var answered = 0
    while true {
      do { try await time.sleep(until: time.now + Self.look) } catch { return }
      let requested = service.cache.requestedAudit
      guard requested > answered || time.now >= next else { continue }
      answered = max(answered, requested)
      let summary = await audit(AuditSummary(request: answered), &memory)
      service.cache.finishAudit(summary)
      next = time.now + Self.interval * Double.random(in: 0.9...1.1)
    }
  }

  /// One audit: takes as long as the staleness bound and an answer of the database.
  func audit(_ blank: AuditSummary, _ memory: inout AuditMemory) async -> AuditSummary {
    var summary = blank
    let truth: Manifest
    let answeredAt: Duration
    do {
      truth = try await service.store.manifest()
      answeredAt = time.now
      // What was committed before the answer may be missing for as long as the bound, but not longer.
      try await time.sleep(until: answeredAt + service.configuration.policy.stalenessBound * 1.25)
    } catch {
      summary.add(.unknown, (service.peek()?.value.parts.count ?? 0) + 3)
      return summary
    }
    guard let served = service.peek() else {
      summary.add(.unknown)
      return summary
    }
    guard served.value.manifest.lifetime == truth.lifetime || served.freshness == .stale else {
      // The database was replaced meanwhile, so there is nothing to compare with; the next audit has it.
      summary.add(.unknown, served.value.parts.count + 3)
      return summary
    }
    let gateways = compareRevisions(served, truth, answeredAt, &memory, &summary)
    summary.add(wholeFinding(gateways))
    if let part = memory.nextPart(of: served.value) { await compareContent(part, served.value, truth, &summary) }
    compareDerived(served.value, &summary)
    return summary
  }

  /// Compares the revision of every gateway.
  private func compareRevisions(
    _ served: Served<CatalogSnapshot>, _ truth: Manifest, _ answeredAt: Duration, _ memory: inout AuditMemory,
    _ summary: inout AuditSummary
  ) -> Set<AuditSummary.Finding> {
    let held = served.value.manifest
    var findings: Set<AuditSummary.Finding> = []
    var behind: Set<PartID> = []
    for (part, revision) in truth.revisions where !part.isDerived {
      let isCurrent = held.lifetime == truth.lifetime && held.revisions[part].map { $0 >= revision } ?? false
      if !isCurrent { behind.insert(part) }
      let finding: AuditSummary.Finding = isCurrent ? .agreeing : served.freshness == .fresh ? .pastBound : .behind
      summary.add(finding)
      findings.insert(finding)
    }
    summary.longestBehind = memory.track(behind, since: answeredAt, now: time.now)
    return findings
  }

  /// What the gateways together say of the full catalog.
  private func wholeFinding(_ gateways: Set<AuditSummary.Finding>) -> AuditSummary.Finding {
    gateways.contains(.pastBound) ? .pastBound : gateways.contains(.behind) ? .behind : .agreeing
  }

  /// Compares the content of one gateway with that of the same revision in the database and in the shared tier.
  private func compareContent(
    _ part: CatalogPart, _ snapshot: CatalogSnapshot, _ truth: Manifest, _ summary: inout AuditSummary
  ) async {
    let id = PartID(part.provider.slug.text)
    guard snapshot.manifest.label(of: id) == PartLabel(revision: part.revision) else { return }
    var others = truth.revisions
    others[id] = nil
    do {
      let known = Manifest(lifetime: truth.lifetime, revisions: others)
      let delta = try await service.store.load(changedSince: known, atLeast: truth)
      guard delta.manifest.lifetime == snapshot.manifest.lifetime, delta.manifest.revisions[id] == part.revision,
        let stored = delta.parts[id]
      else { return }
      let expected = CatalogPart(stored, revision: part.revision).encoded()
      summary.compare("gateway:\(id)", isEqual: part.encoded() == expected)
      try await compareShared(id, part, expected, snapshot.manifest.lifetime, &summary)
    } catch {
      summary.add(.unknown)
    }
  }

  private func compareShared(
    _ id: PartID, _ part: CatalogPart, _ expected: [UInt8], _ lifetime: String, _ summary: inout AuditSummary
  ) async throws {
    let label = PartLabel(revision: part.revision)
    guard service.shared.keepsParts,
      let kept = try await service.shared.parts([id: label], lifetime: lifetime)[id]
    else { return }
    let view = "gateway:\(id) in Redis"
    // A worker of another version may have encoded it otherwise, so what it means is compared.
    do {
      let shared = try CatalogPart(encoded: kept.bytes, part: id, revision: part.revision)
      summary.compare(view, isEqual: shared.encoded() == expected)
    } catch {
      // Nobody serves it, but it is not what the database has.
      summary.compare(view, isEqual: false)
    }
  }

  /// Derives unique models and statistics anew, all at once, and compares them with what was derived step by step.
  private func compareDerived(_ snapshot: CatalogSnapshot, _ summary: inout AuditSummary) {
    let derived = CatalogSnapshot(
      manifest: snapshot.manifest, parts: snapshot.parts, lastChange: snapshot.lastChange)
    let areEqual = derived.uniqueModels.elementsEqual(snapshot.uniqueModels) { $0.record == $1.record }
    summary.compare(CatalogView.unique.kind, isEqual: areEqual)
    let statistics = ViewPublisher.json(of: .statistics, derived) == ViewPublisher.json(of: .statistics, snapshot)
    summary.compare(CatalogView.statistics.kind, isEqual: statistics)
  }
}

/// What one audit leaves for the next.
struct AuditMemory {
  private var behindSince: [PartID: Duration] = [:]
  private var turn = Int.random(in: 0..<1_000)

  /// The gateway whose content is compared next, each in turn.
  mutating func nextPart(of snapshot: CatalogSnapshot) -> CatalogPart? {
    guard !snapshot.parts.isEmpty else { return nil }
    turn += 1
    return snapshot.parts[turn % snapshot.parts.count]
  }

  /// Remembers what is behind.
  ///
  /// - Returns: for how long the first of it has been.
  mutating func track(_ behind: Set<PartID>, since answeredAt: Duration, now: Duration) -> Duration {
    behindSince = behindSince.filter { behind.contains($0.key) }
    for part in behind where behindSince[part] == nil { behindSince[part] = answeredAt }
    return behindSince.values.min().map { now - $0 } ?? .zero
  }
}

extension CatalogService {
  /// Compares what this worker serves with the database and the shared tier now, which takes a little longer than the
  /// staleness bound.
  public func audit() async -> AuditSummary {
    var memory = AuditMemory()
    let auditor = CatalogAuditor(service: self, time: time)
    return await auditor.audit(AuditSummary(request: cache.requestedAudit), &memory)
  }
}
