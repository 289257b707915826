import NIOConcurrencyHelpers
import Testing
import TieredCaching

extension SharedTierContract {
  private static let long = Duration.seconds(60)

  static let leaseRules = [
    Rule("One holds the lease at a time") { tier async throws in
      #expect(try await tier.acquireLease(token: "one", for: long))
      #expect(try await tier.acquireLease(token: "two", for: long) == false)
      #expect(try await tier.acquireLease(token: "one", for: long) == false)
    },
    Rule("Of many who want the lease at the same time one gets it") { tier async throws in
      let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<20 { group.addTask { try await tier.acquireLease(token: "t\(number)", for: long) } }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(granted == 1)
    },
    Rule("The lease is ended by its own token and by no other") { tier async throws in
      #expect(try await tier.acquireLease(token: "one", for: long))
      try await tier.releaseLease(token: "two")
      #expect(try await tier.acquireLease(token: "two", for: long) == false)
      try await tier.releaseLease(token: "one")
      #expect(try await tier.acquireLease(token: "two", for: long))
      try await tier.releaseLease(token: "one")
      #expect(try await tier.acquireLease(token: "three", for: long) == false)
    },
    Rule("The lease ends by itself, and then is not prolonged") { tier async throws in
      #expect(try await tier.acquireLease(token: "one", for: .milliseconds(20)))
      try await Task.sleep(for: .milliseconds(60))
      #expect(try await tier.renewLease(token: "one", for: long) == false)
      #expect(try await tier.acquireLease(token: "two", for: long))
    },
    Rule("The lease is prolonged by who holds it and by nobody else") { tier async throws in
      #expect(try await tier.renewLease(token: "one", for: long) == false)
      let end = try await prolongBeforeItsEnd(tier, token: "one")
      #expect(try await tier.renewLease(token: "two", for: long) == false)
      try await Task.sleep(for: end)
      #expect(try await tier.acquireLease(token: "two", for: long) == false)
    },
    Rule("The end of a lease and an announcement wake those who listen, until they are cancelled") {
      tier async throws in
      let heard = NIOLockedValueBox(0)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await tier.run { heard.withLockedValue { $0 += 1 } } }
        defer { group.cancelAll() }
        try await act(until: heard) { try await tier.announce() }
        try await act(until: heard) {
          _ = try await tier.acquireLease(token: "one", for: long)
          try await tier.releaseLease(token: "one")
        }
      }
    },
  ]

  /// Takes a short lease and prolongs it. On a busy machine it can end before that, which says nothing: then again with a
  /// longer one.
  ///
  /// - Returns: The time after which the lease would have ended.
  private static func prolongBeforeItsEnd(_ tier: any SharedTier, token: String) async throws -> Duration {
    for end in [Duration.milliseconds(200), .seconds(2)] {
      #expect(try await tier.acquireLease(token: token, for: end))
      if try await tier.renewLease(token: token, for: long) { return end }
    }
    #expect(try await tier.acquireLease(token: token, for: .seconds(10)))
    try #require(try await tier.renewLease(token: token, for: long))
    return .seconds(10)
  }

  /// Does something again and again until it was heard: it may take a while until somebody listens.
  private static func act(
    until heard: NIOLockedValueBox<Int>, _ action: () async throws -> Void
  ) async throws {
    let before = heard.withLockedValue { $0 }
    for _ in 0..<500 {
      try await action()
      try await Task.sleep(for: .milliseconds(20))
      if heard.withLockedValue({ $0 }) > before { return }
    }
    Issue.record("nobody was woken")
  }

  static let fleetRules = [
    Rule("The fleet is who reported, each as it last did, in the order of the ids") { tier async throws in
      let statistics = CacheStatistics()
      try await tier.report(WorkerReport(id: "b", version: "1", isFresh: true), adding: statistics)
      try await tier.report(WorkerReport(id: "a", version: "1", isFresh: false), adding: statistics)
      try await tier.report(WorkerReport(id: "b", version: "2", isFresh: true), adding: statistics)
      let workers = [
        WorkerReport(id: "a", version: "1", isFresh: false), WorkerReport(id: "b", version: "2", isFresh: true),
      ]
      #expect(try await tier.fleet().workers == workers)
    },
    Rule("An audit that is asked for reaches whoever reports, and what was found reaches whoever asks") {
      tier async throws in
      let statistics = CacheStatistics()
      #expect(try await tier.report(WorkerReport(id: "a", version: "1", isFresh: true), adding: statistics) == 0)
      let first = try await tier.requestAudit()
      var found = AuditSummary(request: try await tier.report(nil, adding: statistics))
      #expect(found.request == 0, "a program that is no worker is not asked")
      found.request = try await tier.report(WorkerReport(id: "a", version: "1", isFresh: true), adding: statistics)
      #expect(found.request == first && first > 0)
      found.add(.agreeing, 3)
      found.add(.different)
      found.longestBehind = .milliseconds(1_500)
      let report = WorkerReport(id: "a", version: "1", isFresh: true, audit: found)
      #expect(try await tier.report(report, adding: statistics) == first)
      #expect(try await tier.fleet().workers == [report])
      try await Task.sleep(for: .milliseconds(2))
      #expect(try await tier.requestAudit() > first)
    },
    Rule("What workers did is added up, whoever did it") { tier async throws in
      #expect(try await tier.fleet() == FleetReport(workers: [], statistics: CacheStatistics()))
      var statistics = CacheStatistics()
      for (index, count) in CacheStatistics.Count.allCases.enumerated() { statistics[count] = index + 1 }
      try await tier.report(WorkerReport(id: "a", version: "1", isFresh: true), adding: statistics)
      try await tier.report(WorkerReport(id: "b", version: "1", isFresh: true), adding: statistics)
      var sum = statistics
      sum.add(statistics)
      #expect(try await tier.fleet().statistics == sum)
    },
  ]
}
