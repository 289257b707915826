import HTTPTypes
import Hummingbird
import Synchronization
import TieredCaching

/// Decides whether a request is answered at all: not when a client asks too much, and not when the server has too many requests.
///
/// What is ready in memory is answered before anybody comes here.
final class Admission: Sendable {
  private let costly: RateLimiter?
  private let wrongKeys: RateLimiter?
  /// Refusals that the audit log does not tell one by one.
  let refusals: RefusalCounter
  private let trustedProxies: Int
  private let maximumRequests: Int
  private let requests = Atomic<Int>(0)
  /// Requests that wait for their bodies.
  private let waiting = Atomic<Int>(0)

  init(limits: ServerLimits, time: any TimeSource = SystemTime()) {
    costly = limits.costlyRequests.map { RateLimiter($0, time: time) }
    wrongKeys = limits.wrongKeys.map { RateLimiter($0, time: time) }
    refusals = RefusalCounter(time: time)
    trustedProxies = limits.trustedProxies
    maximumRequests = limits.concurrentRequests
  }

  /// Takes a place among the requests that are answered at the same time; to be given back by ``leave()``.
  ///
  /// - Throws: ``Problem`` when there is none.
  func enter() throws(Problem) {
    guard requests.wrappingAdd(1, ordering: .relaxed).newValue > maximumRequests else { return }
    leave()
    throw Self.tooManyAtOnce
  }

  /// Gives the place back.
  func leave() { requests.wrappingSubtract(1, ordering: .relaxed) }

  /// Waits for what a client has yet to send, without the place that its request has: clients that send slowly must not keep
  /// others out. What has come is not refused any more.
  ///
  /// - Throws: what `wait` throws, and ``Problem`` when as many requests wait as there are places. The request has its place
  ///   again in any case, to be given back as before.
  func withoutPlace<Value>(_ wait: () async throws -> Value) async throws -> Value {
    defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
    guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= maximumRequests else { throw Self.tooManyAtOnce }
    leave()
    defer { requests.wrappingAdd(1, ordering: .relaxed) }
    return try await wait()
  }

  private static let tooManyAtOnce: Problem = {
    var problem = Problem.unavailable("the server has too many requests at the moment")
    problem.isRefusal = true
    return problem
  }()

  /// Counts a costly request of a client.
  ///
  /// - Throws: ``Problem`` when it has made too many.
  func count(_ request: Request, _ context: ServerContext) throws(Problem) {
    guard let costly, let client = client(of: request, context), let wait = costly.take(client) else { return }
    throw .tooManyRequests("this client asks more than it may", after: wait)
  }

  /// Looks at an admin key that a request brings, wherever it stands. After too many wrong ones a client has to wait, and its key
  /// is not even looked at.
  ///
  /// - Parameter look: throws when the key is wrong.
  /// - Throws: ``Problem`` when the request may not pass.
  func checkKey<Value>(
    of request: Request, _ context: ServerContext, _ look: () throws(Problem) -> Value
  ) throws(Problem) -> Value {
    let client = wrongKeys == nil ? nil : client(of: request, context)
    if let wrongKeys, let client, let wait = wrongKeys.wait(of: client) {
      throw .tooManyRequests("this client has sent too many wrong admin keys", after: wait)
    }
    do {
      return try look()
    } catch {
      if let wrongKeys, let client { _ = wrongKeys.take(client) }
      throw error
    }
  }

  /// Who sends a request; nil for somebody on this machine's private socket.
  func client(of request: Request, _ context: ServerContext) -> ClientAddress? {
    ClientAddress.of(context.remoteAddress, request.headers, trustedProxies: trustedProxies)
  }
}

extension Problem {
  /// A client has to wait.
  fileprivate static func tooManyRequests(_ detail: String, after wait: Duration) -> Problem {
    let seconds = wait.components.seconds + 1
    var problem = Problem(
      status: .tooManyRequests, kind: "too-many-requests", detail: "\(detail); ask again in \(seconds) s",
      headers: [(.retryAfter, String(seconds))])
    problem.isRefusal = true
    return problem
  }
}
