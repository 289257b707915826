import Testing

@testable import TieredCaching

@Suite("Tiered caches that share", .timeLimit(.minutes(2)))
struct TieredCacheFleetTests {
  private let source = FaultySource()
  private let tier = InProcessTier(keepsEveryPart: true)

  private func worker(_ id: String, policy: CachePolicy = CacheHarness.policy) -> CacheHarness {
    CacheHarness(source: source, tier: FaultyTier(tier), policy: policy, workerID: id)
  }

  @Test("Workers that start together load the database once, and the others get the parts from the shared tier")
  func coldStart() async throws {
    let workers = (1...4).map { worker("w\($0)") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in workers {
        group.addTask {
          try await worker.run {
            #expect(try await worker.cache.read().value == CacheHarness.value(1, 1))
            try await Task.sleep(for: .milliseconds(200))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(source.loads.count == 1)
    #expect(workers.map { $0.cache.counters.statistics[.sharedParts] }.reduce(0, +) == 6)
  }

  @Test("A worker that comes later gets every part from the shared tier")
  func lateComer() async throws {
    let (first, second) = (worker("first"), worker("second"))
    try await first.run {
      _ = try await first.cache.read()
      try await first.until("the parts are shared") { tier.entries(parts: [.x, .y], views: []).parts.count == 2 }
      try await second.run {
        let served = try await second.cache.read()
        #expect(served.value == CacheHarness.value(1, 1))
        #expect(served.tier == .redis)
      }
    }
    #expect(source.loads.count == 1)
  }

  @Test("A change is loaded by one worker and reaches the others")
  func change() async throws {
    let (first, second) = (worker("first"), worker("second"))
    try await first.run {
      try await second.run {
        _ = try await first.cache.read()
        _ = try await second.cache.read()
        for revision in 2...6 as ClosedRange<Int64> {
          source.commit(.y)
          for worker in [first, second] {
            try await worker.until("the change arrives") {
              worker.cache.current()?.value == CacheHarness.value(1, revision)
            }
          }
        }
      }
    }
    #expect(source.loads.count == 6)
  }

  @Test("A worker that dies while it loads costs the others no more than its lease")
  func deadWorker() async throws {
    var policy = CacheHarness.policy
    policy.leaseDuration = .milliseconds(300)
    let (first, second) = (worker("first", policy: policy), worker("second", policy: policy))
    source.hold(.load)
    #expect(tier.acquireLease(token: "dead", for: policy.leaseDuration))
    try await second.run {
      let start = ContinuousClock.now
      try await second.until("it loads itself") { source.asked(.load) == 1 }
      #expect(ContinuousClock.now - start > .milliseconds(200))
      source.release(.load)
      _ = try await second.cache.read()
    }
    try await first.run { _ = try await first.cache.read() }
  }

  @Test("A shared part that cannot be decoded counts as absent, and is reported")
  func undecodable() async throws {
    let first = worker("first")
    try await first.run {
      _ = try await first.cache.read()
      try await first.until("the parts are shared") { tier.entries(parts: [.x, .y], views: []).parts.count == 2 }
    }
    let label = PartLabel(revision: Revision(1))
    tier.store(Array("rubbish".utf8), of: .x, label: label, lifetime: "life", timeToLive: .seconds(60))
    let second = worker("second")
    try await second.run {
      let served = try await second.cache.read()
      #expect(served.value == CacheHarness.value(1, 1))
      #expect(source.loads.last == Manifest(lifetime: "life", revisions: [.y: Revision(1)]))
      #expect(second.events.contains { if case .rejected("x", _) = $0 { true } else { false } })
    }
  }

  @Test("Content that is cached by hand reaches every worker at once, and ends with its time")
  func override() async throws {
    let (first, second) = (worker("first"), worker("second"))
    try await first.run {
      try await second.run {
        _ = try await first.cache.read()
        _ = try await second.cache.read()
        try await first.cache.finishSharing()
        try await first.until("the shared manifest is filled") { first.tier.manifest?.isComplete == true }
        try await first.cache.override(.x, with: "by hand", for: .milliseconds(600), token: "hand")
        #expect(first.cache.current()?.value[.x] == "by hand")
        try await second.until("it arrives") { second.cache.current()?.value[.x] == "by hand" }
        for worker in [first, second] {
          try await worker.until("it ends") { worker.cache.current()?.value == CacheHarness.value(1, 1) }
        }
      }
    }
  }

  @Test("Content that is cached by hand yields to the next change")
  func overrideYields() async throws {
    let worker = worker("first")
    try await worker.run {
      _ = try await worker.cache.read()
      try await worker.until("the shared manifest is filled") { worker.tier.manifest?.isComplete == true }
      try await worker.cache.override(.x, with: "by hand", for: .seconds(60), token: "hand")
      source.commit(.x)
      try await worker.until("the change arrives") { worker.cache.current()?.value == CacheHarness.value(2, 1) }
    }
  }

  @Test("Content cannot be cached by hand for what does not exist, nor before anything was loaded")
  func refusedOverride() async throws {
    let worker = worker("first")
    await #expect(throws: CacheError.self) {
      try await worker.cache.override(.x, with: "by hand", for: .seconds(1), token: "hand")
    }
    try await worker.run {
      _ = try await worker.cache.read()
      let error = await #expect(throws: CacheError.self) {
        try await worker.cache.override(PartID("z"), with: "by hand", for: .seconds(1), token: "hand")
      }
      #expect(error?.description.contains("z") == true)
    }
  }

  @Test("A writer that publishes is read at once by itself, and by strict readers of other workers")
  func publish() async throws {
    var policy = CacheHarness.policy
    policy.coherence = .strict
    let (first, second) = (worker("first"), worker("second", policy: policy))
    try await first.run {
      try await second.run {
        _ = try await first.cache.read()
        _ = try await second.cache.read()
        for revision in 2...10 as ClosedRange<Int64> {
          let manifest = source.commit(.x)
          #expect(try await first.cache.publish(manifest, stamp: "publication \(revision)"))
          #expect(first.cache.current()?.value[.x] == "x@\(revision)")
          let served = try await second.cache.read()
          #expect(served.value[.x] == "x@\(revision)")
          #expect(served.freshness == .fresh)
        }
      }
    }
  }
}
