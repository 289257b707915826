import Catalog
import HTTPTypes
import NIOCore

/// Answers ``SyncRoute``s.
struct SyncAnswers {
  let sync: any SyncControl

  /// - Throws: ``Problem`` when the request is not understood or cannot be done.
  func answer(to route: SyncRoute, query: [(name: String, value: String)]) async throws -> AdminAnswer {
    do {
      switch route {
      case .startAll:
        let names = query.filter { $0.name == "providers" }.map(\.value)
        let others = query.filter { $0.name != "providers" }
        return try await start(providers: names, others, known: ["dry_run", "force", "providers"])
      case .start(let provider): return try await start(providers: [provider], query, known: ["dry_run", "force"])
      case .status:
        try Parameters(query).finish(known: [])
        return AdminAnswer(outcome: "status", body: ByteBuffer(bytes: try await sync.status()))
      case .job(let id):
        try Parameters(query).finish(known: [])
        return AdminAnswer(outcome: "job", body: ByteBuffer(bytes: try await sync.job(id)))
      case .clearError(let provider):
        try Parameters(query).finish(known: [])
        try await sync.clearError(provider: provider)
        return AdminAnswer(outcome: "cleared", body: ByteBuffer(string: #"{"cleared":true}"#))
      case .gone(let reason): throw Problem(status: .gone, kind: "gone", detail: reason)
      }
    } catch let error as SyncControlError {
      throw Problem(error)
    } catch let error as StoreError {
      throw Problem(error)
    }
  }

  private func start(
    providers: [String], _ query: [(name: String, value: String)], known: [String]
  ) async throws -> AdminAnswer {
    var parameters = Parameters(query)
    let dryRun = try parameters.takeBool("dry_run") ?? false
    let force = try parameters.takeBool("force") ?? false
    try parameters.finish(known: known)
    let (job, document) = try await sync.start(providers: providers, dryRun: dryRun, force: force)
    var json = JSONWriter()
    json.object { json in
      json.member("success", true)
      json.member("message", "the sync has begun; follow it at \"url\"")
      json.member("job", job)
      json.member("url", "/admin/sync/jobs/\(job)")
      json.name("details")
      json.raw(document)
    }
    return AdminAnswer(status: .accepted, outcome: "started", body: ByteBuffer(bytes: json.bytes))
  }
}

extension Problem {
  /// A sync that is not done, as a client sees it.
  fileprivate init(_ error: SyncControlError) {
    switch error {
    case .unknownProvider(let text): self.init(status: .notFound, kind: "provider-not-found", detail: text)
    case .unknownJob(let text): self.init(status: .notFound, kind: "job-not-found", detail: text)
    case .busy(let text):
      self.init(status: .tooManyRequests, kind: "busy", detail: text, headers: [(.retryAfter, "10")])
    case .unavailable(let text): self = .unavailable(text)
    }
  }
}
