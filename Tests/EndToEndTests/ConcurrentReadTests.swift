import Foundation
import Testing

/// Many readers while somebody imports.
@Suite struct ConcurrentReadTests {
  /// What a reader saw of the full list.
  private struct Sight: Hashable, Sendable {
    let version: String
    let content: Content
  }

  /// Which of the two lists a body is.
  private enum Content: Hashable, Sendable { case first, second }

  private static let first = (0..<300).map { (id: "acme/m\($0)", price: "0.000001") }
  /// Another price for all, a third of the models gone and as many new.
  private static let second = (100..<400).map { (id: "acme/m\($0)", price: "0.000002") }

  @Test("while a list is replaced again and again, every reader gets one version or the other, whole")
  func alternation() async throws {
    try await withSandbox { sandbox in
      let paths = [
        try sandbox.file("first.json", OpenRouterBody.list(Self.first)),
        try sandbox.file("second.json", OpenRouterBody.list(Self.second)),
      ]
      let importList = { @Sendable (index: Int) async throws in
        let answer: ImportAnswer = try await sandbox.json(
          ["import", "openrouter", paths[index % 2]], waitsForPlace: false)
        #expect(answer.counts == (index == 0 ? [300, 0, 0, 0] : [100, 100, 200, 0]))
      }
      try await importList(0)
      try await sandbox.withServer { server in
        let end = ContinuousClock.now + .seconds(10)
        let imports = Task {
          var count = 1
          while ContinuousClock.now < end {
            try await importList(count)
            count += 1
          }
          return count
        }
        let (sights, reads) = try await Self.read(server, until: end)
        print("\(reads) reads saw \(sights.count) versions while \(try await imports.value) imports were made")
        #expect(sights.count >= 4, "too little happened to say anything")
        #expect(Set(sights.map(\.version)).count == sights.count, "one version had two contents")
        #expect(Set(sights.map(\.content)) == [.first, .second])
      }
    }
  }

  private static func read(
    _ server: RunningServer, until end: ContinuousClock.Instant
  ) async throws -> (Set<Sight>, reads: Int) {
    try await withThrowingTaskGroup(of: (Set<Sight>, Int).self) { group in
      for _ in 0..<3 {
        group.addTask {
          var sights: Set<Sight> = []
          var reads = 0
          while ContinuousClock.now < end {
            sights.insert(try sight(of: try await server.get("/v1/models")))
            reads += 1
          }
          return (sights, reads)
        }
      }
      var all: (Set<Sight>, reads: Int) = ([], 0)
      for try await (sights, reads) in group { all = (all.0.union(sights), all.reads + reads) }
      return all
    }
  }

  private static func sight(of answer: RunningServer.Answer) throws -> Sight {
    try #require(answer.status == 200)
    let list: OfferList = try answer.json()
    #expect(list.total == list.data.count)
    let content = Set(list.data.map { "\($0.id) \($0.promptPrice ?? "-")" })
    let version = answer["x-catalog-version"]
    try #require(!version.isEmpty)
    for (models, name) in [(first, Content.first), (second, .second)]
    where content == Set(models.map { "\($0.id) \($0.price)" }) {
      return Sight(version: version, content: name)
    }
    throw ProcessFailure(description: "version \(version) is a mixture of \(list.total) offers")
  }
}
