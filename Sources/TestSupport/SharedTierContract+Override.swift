import Testing
import TieredCaching

extension SharedTierContract {
  private static let hand = PartOverride(base: Revision(5), token: "hand")

  static let overrideRules = [
    Rule("Content that was cached by hand is in the manifest, under a new stamp") { tier async throws in
      try await tier.fill(with: manifest(5))
      let before = try await tier.sharedManifest().stamp
      #expect(try await tier.setOverride(hand, of: x, lifetime: "life", stamp: "set"))
      let shared = try await tier.sharedManifest()
      #expect(shared.overrides == [x: hand])
      #expect(shared.manifest.label(of: x) == PartLabel(revision: Revision(5), override: "hand"))
      #expect(shared.stamp != before)
    },
    Rule("Content that was cached by hand needs a complete manifest of its database, with the revision it stands for") {
      tier async throws in
      #expect(try await tier.setOverride(hand, of: x, lifetime: "life", stamp: "s") == false)
      _ = try await tier.begin(lifetime: "life", nonce: "one")
      #expect(try await tier.raise(to: manifest(5), stamp: "published"))
      #expect(try await tier.setOverride(hand, of: x, lifetime: "life", stamp: "s") == false)
      #expect(try await tier.complete(nonce: "one", with: manifest(5), stamp: "filled"))
      let other = PartOverride(base: Revision(4), token: "hand")
      #expect(try await tier.setOverride(other, of: x, lifetime: "life", stamp: "s") == false)
      #expect(try await tier.setOverride(hand, of: PartID("z"), lifetime: "life", stamp: "s") == false)
      #expect(try await tier.setOverride(hand, of: x, lifetime: "other", stamp: "s") == false)
      #expect(try await tier.sharedManifest().overrides.isEmpty)
    },
    Rule("Content that was cached by hand yields to the next revision of its part, and only of that") {
      tier async throws in
      try await tier.fill(with: manifest(5, 5))
      #expect(try await tier.setOverride(hand, of: x, lifetime: "life", stamp: "set"))
      #expect(try await tier.raise(to: manifest(5, 6), stamp: "other part"))
      #expect(try await tier.sharedManifest().overrides == [x: hand])
      #expect(try await tier.raise(to: manifest(6, 6), stamp: "this part"))
      #expect(try await tier.sharedManifest().overrides.isEmpty)
    },
    Rule("Content that was cached by hand is replaced by the next, and ended only by its own token") {
      tier async throws in
      try await tier.fill(with: manifest(5))
      let second = PartOverride(base: Revision(5), token: "second")
      #expect(try await tier.setOverride(hand, of: x, lifetime: "life", stamp: "one"))
      #expect(try await tier.setOverride(second, of: x, lifetime: "life", stamp: "two"))
      try await tier.dropOverride(of: x, token: "hand", stamp: "three")
      #expect(try await tier.sharedManifest().overrides == [x: second])
      #expect(try await tier.sharedManifest().stamp.stamp == "two")
      try await tier.dropOverride(of: x, token: "second", stamp: "four")
      #expect(try await tier.sharedManifest().overrides.isEmpty)
      #expect(try await tier.sharedManifest().stamp.stamp == "four")
    },
    Rule("Ending what is not there is no failure") { tier async throws in
      try await tier.dropOverride(of: x, token: "hand", stamp: "s")
      #expect(try await tier.look() == .absent)
    },
  ]
}
