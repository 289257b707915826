import Catalog
import Logging
import TestSupport
import Testing
import TieredCaching

@Suite("Audits")
struct AuditTests {
  @Test("A worker that serves what the database has finds nothing wrong, whatever is derived")
  func agreeing() async throws {
    try await Worker.with(configure: { $0.policy.stalenessBound = .seconds(1) }) { worker in
      _ = try await worker.service.readFullCatalog()
      let summary = await worker.service.audit()
      #expect(summary.isConsistent)
      #expect(summary[.agreeing] == summary.views && summary.views >= 5)
    }
  }

  @Test("Content that changed without its revision, as with the triggers off, is found out")
  func different() async throws {
    let other = InMemoryCatalogStore(now: { 0 })
    try await other.importOffers([.sample(contextLength: 5)])
    try await Worker.with(Samples.database([.sample()]), configure: { $0.policy.stalenessBound = .seconds(1) }) {
      worker in
      _ = try await worker.service.readFullCatalog()
      #expect(await worker.service.audit().isConsistent)
      worker.database.forgeLoads(from: other)
      let summary = await worker.service.audit()
      #expect(summary[.different] == 1 && !summary.isConsistent)
      #expect(summary.differing == ["gateway:acme"])
    }
  }

  @Test("The log names the views that differ, and not without end")
  func differing() async throws {
    var summary = AuditSummary()
    for number in 1...100 { summary.compare("gateway:\(number)", isEqual: number > 50) }
    #expect(summary[.different] == 50 && summary[.agreeing] == 50)
    let named = (1...8).map { "gateway:\($0)" }
    #expect(summary.differing == named)
    try await Worker.with { worker in
      worker.service.record(.audited(summary))
      let logged = try #require(worker.log.metadata(of: "Audit found answers that are not what the database has"))
      #expect(logged["differing"] == .string(named.joined(separator: ", ")) && logged["different"] == "50")
    }
  }

  @Test("A worker that cannot get a change is behind, for as long as it says so nothing is wrong")
  func behind() async throws {
    let database = try await Samples.database([.sample()])
    try await Worker.with(database, configure: { $0.policy.stalenessBound = .seconds(1) }) { worker in
      _ = try await worker.service.readFullCatalog()
      worker.database.fail(.load, with: StoreError.unavailable("down"))
      try await database.importOffers([.sample(contextLength: 5)])
      try await wait(for: "the mark") { worker.service.peek()?.freshness == .stale }
      let summary = await worker.service.audit()
      #expect(summary[.behind] == 2 && summary[.pastBound] == 0 && summary.isConsistent, "its gateway, and the whole")
      #expect(summary.longestBehind >= .seconds(1))
    }
  }

  @Test("A database that does not answer leaves everything unknown, and nothing is called wrong")
  func unknown() async throws {
    try await Worker.with(configure: { $0.policy.stalenessBound = .seconds(1) }) { worker in
      _ = try await worker.service.readFullCatalog()
      worker.database.fail(.manifest, with: StoreError.unavailable("down"))
      let summary = await worker.service.audit()
      #expect(summary[.unknown] > 0 && summary[.unknown] == summary.views && summary.isConsistent)
    }
  }

  @Test("What was found survives being written as text, and other texts are none")
  func text() {
    var summary = AuditSummary(request: 17)
    for (index, finding) in AuditSummary.Finding.allCases.enumerated() { summary.add(finding, index + 1) }
    summary.longestBehind = .milliseconds(4_711)
    #expect(AuditSummary(text: summary.text) == summary)
    for text in [
      "", "1", "1:2:3:4:5:6", "1:2:3:4:5:6:7:8", "a:0:0:0:0:0:0", "-1:0:0:0:0:0:0", "1:0:0:0:0:0:99999999999999999999",
    ] {
      #expect(AuditSummary(text: text) == nil, "\(text)")
    }
  }
}
