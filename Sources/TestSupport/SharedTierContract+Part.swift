import Testing
import TieredCaching

extension SharedTierContract {
  private static func label(_ revision: Int64, _ override: String? = nil) -> PartLabel {
    PartLabel(revision: Revision(revision), override: override)
  }

  private static func store(
    _ bytes: [UInt8], _ label: PartLabel, of part: PartID = x, lifetime: String = "life", in tier: any SharedTier,
    timeToLive: Duration = .seconds(60)
  ) async throws {
    try await tier.store(bytes, of: part, label: label, lifetime: lifetime, timeToLive: timeToLive)
  }

  private static func bytes(
    _ label: PartLabel, of part: PartID = x, lifetime: String = "life", in tier: any SharedTier
  ) async throws -> [UInt8]? {
    try await tier.parts([part: label], lifetime: lifetime)[part]?.bytes
  }

  static let partRules = [
    Rule("A part comes back as it was stored, with the time that it is still fresh") { tier async throws in
      let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try await store(content, label(3), in: tier)
      let found = try await tier.parts([x: label(3), y: label(1)], lifetime: "life")
      #expect(found.count == 1)
      #expect(found[x]?.bytes == content)
      let freshFor = try #require(found[x]?.freshFor)
      #expect(freshFor <= .seconds(60) && freshFor > .seconds(50))
    },
    Rule("A part is found under exactly its label and lifetime") { tier async throws in
      try await store([1], label(3), in: tier)
      #expect(try await bytes(label(3), in: tier) == [1])
      for wrong in [label(2), label(4), label(3, "hand")] { #expect(try await bytes(wrong, in: tier) == nil) }
      #expect(try await bytes(label(3), lifetime: "other", in: tier) == nil)
    },
    Rule("Many parts are asked for at a time, and no part is no question") { tier async throws in
      try await store([1], label(1), in: tier)
      try await store([2], label(2), of: y, in: tier)
      let found = try await tier.parts([x: label(1), y: label(2), PartID("z"): label(1)], lifetime: "life")
      #expect(found.mapValues(\.bytes) == [x: [1], y: [2]])
      #expect(try await tier.parts([:], lifetime: "life").isEmpty)
    },
    Rule("An empty part is a part") { tier async throws in
      try await store([], label(1), in: tier)
      #expect(try await bytes(label(1), in: tier) == [])
    },
    Rule("A part is replaced by a later one, and by the same one anew, but not by an earlier one") {
      tier async throws in
      try await store([9], label(9), in: tier)
      try await store([10], label(10), in: tier, timeToLive: .seconds(30))
      #expect(try await bytes(label(10), in: tier) == [10])
      try await store([9], label(9), in: tier)
      #expect(try await bytes(label(10), in: tier) == [10])
      #expect(try await bytes(label(9), in: tier) == nil)
      try await store([10], label(10), in: tier)
      let found = try await tier.parts([x: label(10)], lifetime: "life")
      #expect(try #require(found[x]).freshFor > .seconds(30))
    },
    Rule("A part of another database is replaced whatever its revision") { tier async throws in
      try await store([9], label(9), in: tier)
      try await store([1], label(1), lifetime: "other", in: tier)
      #expect(try await bytes(label(1), lifetime: "other", in: tier) == [1])
      #expect(try await bytes(label(9), in: tier) == nil)
    },
    Rule("What is kept is listed without its content") { tier async throws in
      try await store([1, 2, 3], label(3), in: tier)
      let entries = try await tier.entries(parts: [x, y], views: [])
      #expect(Set(entries.parts.keys) == [x])
      let entry = try #require(entries.parts[x])
      #expect(entry.label == "3")
      #expect(entry.bytes > 0)
      #expect(entry.freshFor > .seconds(50) && entry.freshFor <= .seconds(60))
    },
    Rule("Content that was cached by hand is kept under its token, and ends with its time") { tier async throws in
      try await store([7], label(3, "hand"), in: tier)
      #expect(try await bytes(label(3, "hand"), in: tier) == [7])
      #expect(try await bytes(label(3, "other"), in: tier) == nil)
      try await store([8], label(3, "short"), in: tier, timeToLive: .milliseconds(20))
      try await Task.sleep(for: .milliseconds(60))
      #expect(try await bytes(label(3, "short"), in: tier) == nil)
    },
  ]
}
