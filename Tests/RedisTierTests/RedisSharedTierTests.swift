import Compression
import NIOConcurrencyHelpers
import RedisClient
import RedisTier
import TestSupport
import Testing
import TieredCaching

/// What only a real server can show; what the operations mean is in ``EquivalenceTests``.
@Suite("The shared tier on Redis", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct RedisSharedTierTests {
  // MARK: Names

  @Test("Keys are named as the specification says, and all stand behind the prefix", arguments: ["", "{catalog}:"])
  func keyNames(prefix: String) async throws {
    try await TierFixture.with(keys: RedisKeys(prefix: prefix)) { fixture in
      try await fixture.fill(["openrouter": Revision(1)])
      try await fixture.store("part", of: "openrouter")
      let manifest = Manifest(lifetime: "life", revisions: ["openrouter": Revision(1)])
      let views = ["catalog:full", "gateway:openrouter", "unique", "stats", "model:gpt-4o", "pricing:gpt-4o"]
      for view in views {
        try await fixture.tier.storeView([1], named: view, of: manifest, timeToLive: .seconds(100))
      }
      #expect(try await fixture.tier.acquireLease(token: "token", for: .seconds(100)))
      var statistics = CacheStatistics()
      statistics[.hits] = 1
      try await fixture.tier.report(WorkerReport(id: "worker", version: "1-a", isFresh: true), adding: statistics)
      let names = [
        "models:catalog:full", "models:fleet", "models:gateway:openrouter", "models:lease", "models:manifest",
        "models:model:gpt-4o", "models:pricing:gpt-4o", "models:provider:openrouter", "models:stats", "models:unique",
        "models:workers",
      ]
      #expect(try await fixture.keyNames() == names.map { prefix + $0 })
      #expect(
        try await fixture.command("PUBSUB", "CHANNELS", "*").array?.compactMap(\.text) == [
          "\(prefix)models:announcements"
        ])
    }
  }

  // MARK: The manifest

  @Test("A manifest is filled only by those who knew that it was started, and not after the data was lost")
  func nonce() async throws {
    try await TierFixture.with { fixture in
      let state = Manifest(lifetime: "life", revisions: ["acme": Revision(3)])
      #expect(try await fixture.tier.begin(lifetime: "life", nonce: "first") == "first")
      #expect(try await fixture.tier.begin(lifetime: "life", nonce: "second") == "first")
      #expect(try await !fixture.tier.complete(nonce: "second", with: state, stamp: "a"))
      #expect(try await fixture.manifest()?.isComplete == false)
      #expect(try await fixture.tier.complete(nonce: "first", with: state, stamp: "b"))
      #expect(try await fixture.manifest()?.isComplete == true)
      #expect(try await fixture.manifest()?.revisions == ["acme": Revision(3)])

      try await fixture.command("FLUSHALL")
      #expect(try await fixture.tier.check(nil, timeout: .seconds(10)).answer == .absent)
      #expect(try await !fixture.tier.complete(nonce: "first", with: state, stamp: "c"))
      #expect(try await !fixture.tier.raise(to: state, stamp: "d"))
      #expect(try await fixture.keyNames().isEmpty)
    }
  }

  @Test("Asking again costs an answer of two words while nothing changed, and shows every change")
  func unchanged() async throws {
    try await TierFixture.with { fixture in
      try await fixture.fill(["acme": Revision(3)])
      let stamp = try #require(try await fixture.manifest()?.stamp)
      #expect(try await fixture.tier.check(stamp, timeout: .seconds(10)).answer == .unchanged)
      let older = Manifest(lifetime: "life", revisions: ["acme": Revision(2)])
      #expect(try await fixture.tier.raise(to: older, stamp: "older"))
      #expect(try await fixture.tier.check(stamp, timeout: .seconds(10)).answer == .unchanged)
      let newer = Manifest(lifetime: "life", revisions: ["acme": Revision(4)], floors: ["acme": Revision(4)])
      #expect(try await fixture.tier.raise(to: newer, stamp: "newer"))
      guard case .manifest(let manifest) = try await fixture.tier.check(stamp, timeout: .seconds(10)).answer else {
        Issue.record("the change does not show")
        return
      }
      #expect(manifest.revisions == ["acme": Revision(4)] && manifest.floors == ["acme": Revision(4)])
      #expect(manifest.stamp == SharedStamp(nonce: "nonce", stamp: "newer"))
    }
  }

  @Test("What was cached by hand stands until its revision moves, another comes or its own token ends it")
  func overrides() async throws {
    try await TierFixture.with { fixture in
      try await fixture.fill(["acme": Revision(3)])
      let tier = fixture.tier
      let one = PartOverride(base: Revision(3), token: "one")
      let stale = PartOverride(base: Revision(2), token: "stale")
      #expect(try await !tier.setOverride(stale, of: "acme", lifetime: "life", stamp: "a"))
      #expect(try await !tier.setOverride(one, of: "acme", lifetime: "other", stamp: "b"))
      #expect(try await tier.setOverride(one, of: "acme", lifetime: "life", stamp: "c"))
      #expect(try await fixture.manifest()?.manifest.overrides == ["acme": "one"])
      try await tier.dropOverride(of: "acme", token: "another", stamp: "d")
      #expect(try await fixture.manifest()?.overrides == ["acme": one])
      #expect(try await tier.raise(to: Manifest(lifetime: "life", revisions: ["acme": Revision(4)]), stamp: "e"))
      #expect(try await fixture.manifest()?.overrides.isEmpty == true)

      let two = PartOverride(base: Revision(4), token: "two")
      #expect(try await tier.setOverride(two, of: "acme", lifetime: "life", stamp: "f"))
      try await tier.dropOverride(of: "acme", token: "two", stamp: "g")
      #expect(try await fixture.manifest()?.overrides.isEmpty == true)
      #expect(try await fixture.manifest()?.stamp.stamp == "g")
    }
  }

  @Test("Behind a new connection there may be another server, so it has another number")
  func incarnation() async throws {
    try await TierFixture.with { fixture in
      try await fixture.fill(["acme": Revision(1)])
      let stamp = try await fixture.manifest()?.stamp
      let before = try await fixture.tier.check(stamp, timeout: .seconds(10))
      #expect(try await fixture.tier.check(stamp, timeout: .seconds(10)) == before)
      try await fixture.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
      var after: SharedCheck?
      try await wait(for: "a new connection") {
        do { after = try await fixture.tier.check(stamp, timeout: .seconds(10)) } catch is RedisError { return false }
        return after?.incarnation != before.incarnation
      }
      #expect(after?.answer == .unchanged)
    }
  }

  // MARK: The lease

  @Test("A lease belongs to one acquisition, and ends by the clock of the server")
  func lease() async throws {
    try await TierFixture.with { fixture in
      let tier = fixture.tier
      #expect(try await tier.acquireLease(token: "one", for: .seconds(60)))
      #expect(try await (1...60_000).contains(fixture.redis.pttl("models:lease")))
      #expect(try await !tier.acquireLease(token: "two", for: .seconds(60)))
      #expect(try await fixture.redis.pexpire("models:lease", milliseconds: 50))
      try await wait(for: "the end of the lease") { try await tier.acquireLease(token: "two", for: .seconds(60)) }
      // The holder of before woke up late: it must not end or prolong what is not its own.
      #expect(try await !tier.renewLease(token: "one", for: .seconds(60)))
      try await tier.releaseLease(token: "one")
      #expect(try await !tier.acquireLease(token: "three", for: .seconds(60)))

      #expect(try await tier.renewLease(token: "two", for: .seconds(600)))
      #expect(try await fixture.redis.pttl("models:lease") > 60_000)
      try await tier.releaseLease(token: "two")
      #expect(try await tier.acquireLease(token: "three", for: .seconds(60)))
    }
  }

  // MARK: Announcements

  private struct Announcing: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let act: @Sendable (RedisSharedTier) async throws -> Void
  }

  private static let announcing = [
    Announcing(testDescription: "announce") { try await $0.announce() },
    Announcing(testDescription: "raise") {
      _ = try await $0.raise(to: Manifest(lifetime: "life", revisions: ["acme": Revision(9)]), stamp: "raised")
    },
    Announcing(testDescription: "override") {
      let override = PartOverride(base: Revision(1), token: "token")
      _ = try await $0.setOverride(override, of: "acme", lifetime: "life", stamp: "set")
    },
    Announcing(testDescription: "release") { try await $0.releaseLease(token: "nobody's") },
  ]

  @Test("Workers hear at once of changes and of a lease that is free", arguments: announcing)
  private func announcements(announcing: Announcing) async throws {
    try await TierFixture.with { fixture in
      try await fixture.fill(["acme": Revision(1)])
      try await wait(for: "the announcement of the filled manifest") {
        fixture.announcements.withLockedValue { $0 } > 1
      }
      let before = fixture.announcements.withLockedValue { $0 }
      try await announcing.act(fixture.tier)
      try await wait(for: "an announcement") { fixture.announcements.withLockedValue { $0 } > before }
    }
  }

  // MARK: Parts and views

  @Test("A part is given only under its label and lifetime, and an earlier one never replaces it")
  func labels() async throws {
    try await TierFixture.with { fixture in
      try await fixture.store("two", revision: 2)
      #expect(try await fixture.part(revision: 2) == "two")
      #expect(try await fixture.part(revision: 1) == nil)
      #expect(try await fixture.part(revision: 3) == nil)
      #expect(try await fixture.part(revision: 2, override: "token") == nil)
      #expect(try await fixture.part(revision: 2, lifetime: "other") == nil)
      try await fixture.store("one", revision: 1)
      #expect(try await fixture.part(revision: 2) == "two")
      try await fixture.store("one of another database", revision: 1, lifetime: "other")
      #expect(try await fixture.part(revision: 1, lifetime: "other") == "one of another database")
      #expect(fixture.rejections.withLockedValue { $0 }.isEmpty)
    }
  }

  @Test(
    "Parts live as long as they are fresh and stale, up to a tenth less; what was cached by hand exactly its time")
  func partLifetimes() async throws {
    try await TierFixture.with(staleLimit: .seconds(3600)) { fixture in
      let labels = Dictionary(
        uniqueKeysWithValues: (0..<60).map { (PartID("p\($0)"), PartLabel(revision: Revision(1))) })
      for part in labels.keys { try await fixture.store("x", of: part, timeToLive: .seconds(1000)) }
      var left: [Int64] = []
      for part in labels.keys { left.append(try await fixture.redis.pttl("models:provider:\(part)")) }
      #expect(left.allSatisfy { (4_440_000...4_600_000).contains($0) })
      #expect(try #require(left.max()) - #require(left.min()) > 50_000)
      let found = try await fixture.tier.parts(labels, lifetime: "life")
      #expect(found.count == 60)
      #expect(found.values.allSatisfy { (.seconds(840)...(.seconds(1_000))).contains($0.freshFor) })

      try await fixture.store("by hand", revision: 1, override: "token", timeToLive: .seconds(1000))
      #expect(try await (940_000...1_000_000).contains(fixture.redis.pttl("models:provider:acme")))
      #expect(try await fixture.part(override: "token") == "by hand")
    }
  }

  @Test("A part that is past its time is still given while it may be served stale")
  func staleParts() async throws {
    try await TierFixture.with(staleLimit: .seconds(100)) { fixture in
      try await fixture.store("old", timeToLive: .seconds(1000))
      #expect(try await fixture.redis.pexpire("models:provider:acme", milliseconds: 60_000))
      let labels: [PartID: PartLabel] = ["acme": PartLabel(revision: Revision(1))]
      let freshFor = try #require(try await fixture.tier.parts(labels, lifetime: "life")["acme"]).freshFor
      #expect((.seconds(-100)...(.seconds(-40))).contains(freshFor))
      // Nobody can say how old a part is that would never go.
      try await fixture.command("PERSIST", "models:provider:acme")
      #expect(try await fixture.part() == nil)
    }
  }

  @Test("Views are text behind one line, live as long as they are fresh, and the later version stays")
  func views() async throws {
    try await TierFixture.with { fixture in
      let json = Array(#"{"total_models":3}"#.utf8)
      let later = Manifest(lifetime: "life", revisions: ["acme": Revision(4)])
      var left: [Int64] = []
      for index in 0..<30 {
        try await fixture.tier.storeView(json, named: "model:\(index)", of: later, timeToLive: .seconds(900))
        left.append(try await fixture.redis.pttl("models:model:\(index)"))
      }
      #expect(left.allSatisfy { (750_000...900_000).contains($0) })
      #expect(try #require(left.max()) - #require(left.min()) > 20_000)

      try await fixture.tier.storeView(json, named: "stats", of: later, timeToLive: .seconds(900))
      let earlier = Manifest(lifetime: "life", revisions: ["acme": Revision(3)])
      try await fixture.tier.storeView([1], named: "stats", of: earlier, timeToLive: .seconds(900))
      let text = String(decoding: try #require(try await fixture.value("models:stats")), as: UTF8.self)
      #expect(text.hasPrefix("modelcatalog/1 kind=view name=stats lifetime=life revision=4 override=- version=4-"))
      #expect(text.hasSuffix("\n{\"total_models\":3}"))
      let entry = try #require(try await fixture.tier.entries(parts: [], views: ["stats"]).views["stats"])
      #expect(entry.label == later.version && entry.key == "models:stats" && entry.bytes == text.utf8.count)
    }
  }

  @Test("The later version of a view stays whatever its name and the lifetime of the database look like")
  func oddNames() async throws {
    try await TierFixture.with { fixture in
      let name = "model:" + String(repeating: "größer/", count: 40)
      for lifetime in ["life", "50% of = a life"] {
        let later = Manifest(lifetime: lifetime, revisions: ["acme": Revision(4)])
        let earlier = Manifest(lifetime: lifetime, revisions: ["acme": Revision(3)])
        try await fixture.tier.storeView(Array("later".utf8), named: name, of: later, timeToLive: .seconds(900))
        try await fixture.tier.storeView(Array("earlier".utf8), named: name, of: earlier, timeToLive: .seconds(900))
        let inspection = try #require(try await fixture.tier.inspect("models:\(name)"))
        #expect(inspection.payload == Array("later".utf8))
      }
    }
  }

  @Test("What is kept can be described without loading it")
  func entries() async throws {
    try await TierFixture.with { fixture in
      try await fixture.store(String(repeating: "text ", count: 20_000), revision: 7, override: "token")
      let entries = try await fixture.tier.entries(parts: ["acme", "none"], views: ["stats"])
      let entry = try #require(entries.parts["acme"])
      #expect(entries.parts.count == 1 && entries.views.isEmpty)
      #expect(entry.key == "models:provider:acme" && entry.label == "7+token" && entry.bytes < 10_000)
      #expect(
        (.zero...(.seconds(60))).contains(entry.age) && (.seconds(900)...(.seconds(1000))).contains(entry.freshFor))
      let inspection = try #require(try await fixture.tier.inspect("models:provider:acme"))
      #expect(inspection.header.codec == .gzip && inspection.payload.count == 100_000)
      #expect(try await fixture.tier.inspect("models:none") == nil)
    }
  }

  // MARK: The fleet

  @Test("Counts of all workers add up, and a worker that is silent for ten seconds is forgotten")
  func fleet() async throws {
    try await TierFixture.with { fixture in
      #expect(try await fixture.tier.fleet() == FleetReport(workers: [], statistics: CacheStatistics()))
      var statistics = CacheStatistics()
      statistics[.hits] = 5
      statistics[.misses] = 2
      let reports = [
        WorkerReport(id: "one", version: "4-abc", isFresh: true), WorkerReport(id: "two", version: "", isFresh: false),
      ]
      for report in reports { try await fixture.tier.report(report, adding: statistics) }
      try await fixture.tier.report(reports[0], adding: CacheStatistics())
      let fleet = try await fixture.tier.fleet()
      #expect(fleet.workers == reports)
      #expect(fleet.statistics[.hits] == 10 && fleet.statistics[.misses] == 4 && fleet.statistics.totalRequests == 14)

      let now = try await fixture.redis.time() / 1_000
      try await fixture.command("HSET", "models:workers", "silent", "\(now - 10_500) 1 4-abc")
      try await fixture.command("HSET", "models:workers", "slow", "\(now - 5_000) 1 4-abc")
      try await fixture.tier.report(reports[0], adding: CacheStatistics())
      let ids = try await fixture.tier.fleet().workers.map(\.id)
      #expect(ids.contains("slow") && !ids.contains("silent"))
      #expect(try await (1...10_000).contains(fixture.redis.pttl("models:workers")))
    }
  }
}
