import Foundation
import FoundationNetworking
import Testing

/// A `modelcatalog serve` that accepts requests.
struct RunningServer: Sendable {
  /// A response.
  struct Answer: Sendable {
    let status: Int
    let body: Data
    private let fields: [String: String]

    init(_ response: HTTPURLResponse, _ body: Data) {
      status = response.statusCode
      self.body = body
      var fields: [String: String] = [:]
      for (name, value) in response.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
      self.fields = fields
    }

    /// A header field.
    subscript(_ name: String) -> String { fields[name.lowercased()] ?? "" }

    /// The body as JSON.
    func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
      try JSONDecoder().decode(Value.self, from: body)
    }
  }

  let port: Int
  private let session: URLSession

  /// A server that runs, asked over connections of its own.
  init(port: Int) {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.timeoutIntervalForRequest = 20
    session = URLSession(configuration: configuration)
    self.port = port
  }

  /// Waits until the process says on which port it listens.
  init(_ process: ChildProcess) async throws {
    let announcement = #/Serving the catalog.*http://127\.0\.0\.1:(\d+)/#
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      let written = try process.errorsSoFar()
      if let port = written.firstMatch(of: announcement).flatMap({ Int($0.output.1) }) {
        self.init(port: port)
        return
      }
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw ProcessFailure(description: "the server does not start; it wrote: \(written)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Sends a GET request.
  func get(_ target: String, fields: [String: String] = [:]) async throws -> Answer {
    try await send("GET", target, fields: fields)
  }

  /// Sends a request.
  ///
  /// - Parameters:
  ///   - key: goes with it as a bearer token.
  ///   - fields: further header fields.
  func send(
    _ method: String, _ target: String, key: String? = nil, fields: [String: String] = [:], body: String? = nil
  ) async throws -> Answer {
    var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(target)")))
    request.httpMethod = method
    request.httpBody = body.map { Data($0.utf8) }
    if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
    for (name, value) in fields { request.setValue(value, forHTTPHeaderField: name) }
    let (body, response) = try await session.data(for: request)
    return Answer(try #require(response as? HTTPURLResponse), body)
  }

  /// Asks until the answer is as wanted, and returns how long that took.
  ///
  /// - Parameter isWanted: judges an answer to a request that was sent so long after this call.
  func wait(
    within limit: Duration, for description: Comment, _ target: String,
    until isWanted: (Answer, _ asked: Duration) throws -> Bool
  ) async throws -> Duration {
    let start = ContinuousClock.now
    while true {
      let asked = ContinuousClock.now - start
      let answer = try await get(target)
      let elapsed = ContinuousClock.now - start
      if try isWanted(answer, asked) { return elapsed }
      let last = "\(answer["x-cache"]) \(String(decoding: answer.body.prefix(600), as: UTF8.self))"
      try #require(elapsed < limit, "\(description) within \(limit); the last answer: \(last)")
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
