import Testing
import TieredCaching

extension SharedTierContract {
  static let manifestRules = [
    Rule("An empty tier has no manifest, whatever is known of one") { tier async throws in
      #expect(try await tier.look() == .absent)
      let known = SharedStamp(nonce: "n", stamp: "s")
      #expect(try await tier.check(known, timeout: .seconds(5)).answer == .absent)
    },
    Rule("A manifest that is started is empty and not complete") { tier async throws in
      #expect(try await tier.begin(lifetime: "life", nonce: "one") == "one")
      let manifest = try await tier.sharedManifest()
      #expect(!manifest.isComplete)
      #expect(manifest.stamp.nonce == "one")
      #expect(manifest.lifetime == "life")
      #expect(manifest.revisions.isEmpty)
    },
    Rule("Who starts a manifest that somebody else has started gets that one's nonce") { tier async throws in
      #expect(try await tier.begin(lifetime: "life", nonce: "one") == "one")
      #expect(try await tier.begin(lifetime: "life", nonce: "two") == "one")
    },
    Rule("The manifest of another database is replaced by a new, empty one") { tier async throws in
      try await tier.fill(with: manifest(5), nonce: "one")
      #expect(try await tier.begin(lifetime: "other", nonce: "two") == "two")
      let shared = try await tier.sharedManifest()
      #expect(!shared.isComplete)
      #expect(shared.lifetime == "other")
      #expect(shared.revisions.isEmpty)
    },
    Rule("A manifest is filled with a whole state, floors included") { tier async throws in
      try await tier.fill(with: manifest(3, 4, floor: 2))
      let shared = try await tier.sharedManifest()
      #expect(shared.isComplete)
      #expect(shared.manifest == manifest(3, 4, floor: 2))
    },
    Rule("A manifest is filled only by who knows its nonce, and never where there is none") { tier async throws in
      #expect(try await tier.complete(nonce: "one", with: manifest(3), stamp: "s") == false)
      #expect(try await tier.look() == .absent)
      _ = try await tier.begin(lifetime: "life", nonce: "one")
      #expect(try await tier.complete(nonce: "two", with: manifest(3), stamp: "s") == false)
      #expect(try await tier.complete(nonce: "one", with: manifest(3, lifetime: "other"), stamp: "s") == false)
      #expect(try await tier.sharedManifest().isComplete == false)
    },
    Rule("What was published before a manifest was filled is in it, where it is the higher") { tier async throws in
      _ = try await tier.begin(lifetime: "life", nonce: "one")
      #expect(try await tier.raise(to: manifest(7, 1), stamp: "published"))
      #expect(try await tier.sharedManifest().isComplete == false)
      #expect(try await tier.complete(nonce: "one", with: manifest(6, 2), stamp: "filled"))
      #expect(try await tier.sharedManifest().manifest == manifest(7, 2))
    },
    Rule("Revisions and floors are only ever raised, each for itself") { tier async throws in
      try await tier.fill(with: manifest(5, 5, floor: 4))
      #expect(try await tier.raise(to: manifest(6, 4, floor: 3), stamp: "next"))
      #expect(try await tier.sharedManifest().manifest == manifest(6, 5, floor: 4))
      let more = Manifest(lifetime: "life", revisions: [PartID("z"): Revision(1)])
      #expect(try await tier.raise(to: more, stamp: "more"))
      let revisions = [x: Revision(6), y: Revision(5), PartID("z"): Revision(1)]
      #expect(try await tier.sharedManifest().revisions == revisions)
    },
    Rule("Revisions are compared as numbers, up to the largest") { tier async throws in
      try await tier.fill(with: manifest(9, .max - 1))
      #expect(try await tier.raise(to: manifest(10, .max), stamp: "next"))
      #expect(try await tier.raise(to: manifest(9, .max - 1), stamp: "late"))
      #expect(try await tier.sharedManifest().manifest == manifest(10, .max))
    },
    Rule("Nothing is raised where there is no manifest, or that of another database") { tier async throws in
      #expect(try await tier.raise(to: manifest(5), stamp: "s") == false)
      #expect(try await tier.look() == .absent)
      try await tier.fill(with: manifest(5))
      #expect(try await tier.raise(to: manifest(9, lifetime: "other"), stamp: "s") == false)
      #expect(try await tier.sharedManifest().manifest == manifest(5))
    },
    Rule("The stamp changes with the manifest and only with it") { tier async throws in
      try await tier.fill(with: manifest(5))
      let filled = try await tier.sharedManifest().stamp
      #expect(try await tier.check(filled, timeout: .seconds(5)).answer == .unchanged)
      #expect(try await tier.raise(to: manifest(4), stamp: "nothing new"))
      #expect(try await tier.check(filled, timeout: .seconds(5)).answer == .unchanged)
      #expect(try await tier.raise(to: manifest(6), stamp: "new"))
      let raised = try await tier.sharedManifest().stamp
      #expect(raised.nonce == filled.nonce)
      #expect(raised.stamp == "new")
    },
    Rule("Of many who raise at the same time nothing is lost") { tier async throws in
      try await tier.fill(with: manifest(1))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...20 as ClosedRange<Int64> {
          group.addTask { _ = try await tier.raise(to: manifest(number, 21 - number), stamp: "s\(number)") }
        }
        try await group.waitForAll()
      }
      #expect(try await tier.sharedManifest().manifest == manifest(20, 20))
    },
  ]
}
