import NIOConcurrencyHelpers
import RedisClient
import RedisTier
import TestSupport
import Testing
import TieredCaching

/// Whoever can write to Redis can write anything. It counts as absent, and the next one who writes puts it right.
@Suite("Hostile values in Redis", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct HostileValueTests {
  /// Puts something under a key.
  struct Value: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let put: @Sendable (TierFixture, _ key: String) async throws -> Void
  }

  private static func text(_ text: String) -> Value {
    Value(testDescription: "the text \(text.debugDescription)") { try await $0.set($1, Array(text.utf8)) }
  }

  private static let list = Value(testDescription: "a list") { try await $0.command("RPUSH", $1, "a", "b") }
  private static let hash = Value(testDescription: "a hash") { try await $0.command("HSET", $1, "nonce", "x") }
  private static let stream = Value(testDescription: "a stream") { try await $0.command("XADD", $1, "*", "a", "b") }

  // MARK: Parts

  private static let partValues: [Value] = [
    list, hash, stream, text(""), text("{\"models\":[]}"), text("\0\u{1}\n"),
    text("x lifetime=life revision=999 \n"), text("modelcatalog/1 kind=part lifetime=life revision=999\n"),
    Value(testDescription: "half of an entry") { fixture, key in
      let entry = try await entry(of: fixture, key)
      try await fixture.set(key, Array(entry.prefix(entry.count - 3)))
    },
    Value(testDescription: "an entry with another byte") { fixture, key in
      var entry = try await entry(of: fixture, key)
      entry[entry.count - 1] ^= 4
      try await fixture.set(key, entry)
    },
    Value(testDescription: "an entry that says a later revision than it has") { fixture, key in
      let entry = String(decoding: try await entry(of: fixture, key), as: UTF8.self)
      try await fixture.set(key, Array(entry.replacing(" revision=1 ", with: " revision=9 ").utf8))
    },
  ]

  private static func entry(of fixture: TierFixture, _ key: String) async throws -> [UInt8] {
    try await fixture.store("good")
    return try #require(try await fixture.value(key))
  }

  @Test(
    "A part that cannot be used counts as absent, keeps no other from being read, and is replaced",
    arguments: partValues)
  func parts(value: Value) async throws {
    try await TierFixture.with { fixture in
      try await fixture.store("another", of: "beta")
      try await value.put(fixture, "models:provider:acme")
      // A reader looks for the revision that the manifest names, or for the one that the value claims.
      for revision in [1, 9, 999] as [Int64] {
        let label = PartLabel(revision: Revision(revision))
        let found = try await fixture.tier.parts(
          ["acme": label, "beta": PartLabel(revision: Revision(1))], lifetime: "life")
        #expect(found["acme"] == nil)
        #expect(found["beta"]?.bytes == Array("another".utf8))
      }
      #expect(fixture.rejections.withLockedValue { $0 }.contains { $0.hasPrefix("acme ") })
      try await fixture.store("good again")
      #expect(try await fixture.part() == "good again")
    }
  }

  @Test("Damage anywhere in an entry is found, and the next write heals it", arguments: 0..<4)
  func damage(seed: Int) async throws {
    try await TierFixture.with { fixture in
      var random = SplitMix64(seed: UInt64(seed))
      let text = String(repeating: "the offers of acme, ", count: seed.isMultiple(of: 2) ? 2 : 2_000)
      for _ in 0..<40 {
        try await fixture.store(text)
        var entry = try #require(try await fixture.value("models:provider:acme"))
        let place = Int.random(in: 0..<entry.count, using: &random)
        if Bool.random(using: &random) {
          entry[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        } else {
          entry.removeLast(entry.count - place)
        }
        try await fixture.set("models:provider:acme", entry)
        #expect(try await fixture.part() == nil)
      }
      try await fixture.store(text)
      #expect(try await fixture.part() == text)
    }
  }

  @Test("An entry of another format is left to those who can read it")
  func otherFormat() async throws {
    try await TierFixture.with { fixture in
      let entry = Array("modelcatalog/2 kind=part name=acme\nbytes".utf8)
      try await fixture.set("models:provider:acme", entry)
      #expect(try await fixture.part() == nil)
      #expect(try await fixture.value("models:provider:acme") == entry)
      #expect(fixture.rejections.withLockedValue { $0 } == ["acme other_format"])
    }
  }

  @Test(
    "A view that cannot be used counts as absent, keeps no other from being described, and is replaced",
    arguments: [list, hash, text(""), text("{}"), text("x lifetime=life revision=999 \n")])
  func views(value: Value) async throws {
    try await TierFixture.with { fixture in
      let manifest = Manifest(lifetime: "life", revisions: ["acme": Revision(1)])
      try await fixture.tier.storeView([1], named: "unique", of: manifest, timeToLive: .seconds(100))
      try await value.put(fixture, "models:stats")
      let entries = try await fixture.tier.entries(parts: [], views: ["stats", "unique"])
      #expect(entries.views["stats"] == nil && entries.views["unique"] != nil)
      try await fixture.tier.storeView([1], named: "stats", of: manifest, timeToLive: .seconds(100))
      #expect(try await fixture.tier.entries(parts: [], views: ["stats"]).views["stats"]?.label == manifest.version)
    }
  }

  @Test("Revisions that nobody can have counted to are taken as they are")
  func hugeRevisions() async throws {
    try await TierFixture.with { fixture in
      let huge: [PartID: Revision] = ["acme": Revision(.max), "beta": Revision(.max - 1)]
      try await fixture.fill(huge)
      #expect(try await fixture.manifest()?.revisions == huge)
      let manifest = Manifest(lifetime: "life", revisions: huge)
      try await fixture.tier.storeView([1], named: "stats", of: manifest, timeToLive: .seconds(100))
      #expect(try await fixture.tier.entries(parts: [], views: ["stats"]).views["stats"]?.label == manifest.version)
      try await fixture.store("later", revision: .max)
      try await fixture.store("earlier", revision: .max - 1)
      #expect(try await fixture.part(revision: .max) == "later")
    }
  }

  @Test("Looking into a key that holds no entry says so", arguments: [list, text("{}")])
  func inspection(value: Value) async throws {
    try await TierFixture.with { fixture in
      try await value.put(fixture, "models:stats")
      await #expect { try await fixture.tier.inspect("models:stats") } throws: { error in
        error is EntryError || error is RedisRefusal
      }
    }
  }

  // MARK: The manifest

  /// Changes fields of a manifest that is filled.
  private static func fields(_ fields: String...) -> Value {
    Value(testDescription: "a manifest with \(fields)") { fixture, key in
      for field in fields {
        let words = field.split(separator: "=", maxSplits: 1).map(String.init)
        if words.count == 2 {
          try await fixture.command("HSET", key, words[0], words[1])
        } else {
          try await fixture.command("HDEL", key, words[0])
        }
      }
    }
  }

  private static func replacing(_ value: Value) -> Value {
    Value(testDescription: value.testDescription) { fixture, key in
      try await fixture.command("DEL", key)
      try await value.put(fixture, key)
    }
  }

  private static let manifestValues: [Value] = [
    replacing(list), replacing(hash), replacing(stream), replacing(text("x")), fields("nonce"), fields("stamp"),
    fields("complete"), fields("complete=maybe"), fields("lifetime"), fields("r:acme=x"), fields("r:acme=007"),
    fields("r:acme=+7"), fields("r:acme=-1"),
    fields("r:acme=99999999999999999999"), fields("f:acme=1.5"), fields("o:acme=1"), fields("o:acme=one token"),
    fields("x:acme=1"),
  ]

  @Test(
    "A manifest that cannot be used counts as absent or incomplete, and is started and filled anew",
    arguments: manifestValues)
  func manifests(value: Value) async throws {
    try await TierFixture.with { fixture in
      let state = Manifest(lifetime: "life", revisions: ["acme": Revision(1)])
      try await fixture.fill(state.revisions)
      let stamp = try await fixture.manifest()?.stamp
      try await value.put(fixture, "models:manifest")
      // What a worker does that finds no complete manifest.
      switch try await fixture.tier.check(nil, timeout: .seconds(10)).answer {
      case .absent: break
      case .manifest(let manifest): #expect(!manifest.isComplete)
      case .unchanged: Issue.record("there was nothing to compare with")
      }
      let nonce = try await fixture.tier.begin(lifetime: "life", nonce: "healer")
      #expect(try await fixture.tier.complete(nonce: nonce, with: state, stamp: "healed"))
      let healed = try #require(try await fixture.manifest())
      #expect(healed.isComplete && healed.manifest == state && healed.stamp != stamp)
    }
  }

  // MARK: The rest

  private static let endless = Value(testDescription: "a text that stays for ever") {
    try await $0.command("SET", $1, "somebody")
  }

  @Test("A lease that would never end is none", arguments: [list, endless])
  func lease(value: Value) async throws {
    try await TierFixture.with { fixture in
      try await value.put(fixture, "models:lease")
      #expect(try await fixture.tier.acquireLease(token: "one", for: .seconds(60)))
      #expect(try await !fixture.tier.acquireLease(token: "two", for: .seconds(60)))
      #expect(try await fixture.tier.renewLease(token: "one", for: .seconds(60)))
      #expect(try await (1...60_000).contains(fixture.redis.pttl("models:lease")))
    }
  }

  @Test("Counts of the fleet that are no numbers are started anew, and nothing is counted twice meanwhile")
  func fleet() async throws {
    try await TierFixture.with { fixture in
      let report = WorkerReport(id: "one", version: "1-a", isFresh: true)
      var statistics = CacheStatistics()
      statistics[.hits] = 1
      statistics[.misses] = 1
      try await fixture.tier.report(report, adding: statistics)
      try await fixture.command("HSET", "models:fleet", "misses", "many", "unheard", "of")
      try await fixture.command("HSET", "models:workers", "odd", "what is this", "odder", "")
      try await fixture.tier.report(report, adding: statistics)
      let fleet = try await fixture.tier.fleet()
      #expect(fleet.statistics[.hits] == 2 && fleet.statistics[.misses] == 1)
      #expect(fleet.workers == [report])
    }
  }

  @Test("Reports find their way past values of another type", arguments: ["models:workers", "models:fleet"])
  func fleetTypes(key: String) async throws {
    try await TierFixture.with { fixture in
      try await fixture.command("RPUSH", key, "x")
      let report = WorkerReport(id: "one", version: "1-a", isFresh: true)
      var statistics = CacheStatistics()
      statistics[.hits] = 1
      try await fixture.tier.report(report, adding: statistics)
      #expect(try await fixture.tier.fleet() == FleetReport(workers: [report], statistics: statistics))
    }
  }
}
