import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import CatalogServer

/// Who is told to wait, and for how long.
struct AdmissionTests {
  private static func client(_ address: String) throws -> ClientAddress {
    try #require(ClientAddress(try SocketAddress(ipAddress: address, port: 1)))
  }

  @Test("a client has its burst at once, then what comes back with time, and others have their own")
  func burst() throws {
    let time = ManualTime()
    let limiter = RateLimiter(RateLimit(2, per: .seconds(1), burst: 3), time: time)
    let one = try Self.client("192.0.2.1")
    for _ in 0..<3 { #expect(limiter.take(one) == nil) }
    #expect(limiter.take(one) == .milliseconds(500))
    #expect(limiter.wait(of: one) == .milliseconds(500))
    #expect(limiter.take(try Self.client("192.0.2.2")) == nil)
    time.advance(by: .milliseconds(500))
    #expect(limiter.take(one) == nil)
    #expect(limiter.take(one) == .milliseconds(500))
    time.advance(by: .seconds(100))
    for _ in 0..<3 { #expect(limiter.take(one) == nil) }
    #expect(limiter.take(one) != nil)
  }

  @Test("what is remembered is bounded, and who asks all the time is not forgotten")
  func bounded() throws {
    let limiter = RateLimiter(RateLimit(1, per: .seconds(1), burst: 2), time: ManualTime())
    let busy = try Self.client("192.0.2.1")
    for _ in 0..<2 { #expect(limiter.take(busy) == nil) }
    for number in 0..<RateLimiter.maximumClients / 2 {
      _ = limiter.take(try Self.client("10.0.\(number / 250).\(number % 250)"))
    }
    for number in 0..<3 * RateLimiter.maximumClients {
      if number.isMultiple(of: 1_000) { #expect(limiter.take(busy) != nil) }
      _ = limiter.take(try Self.client("10.\(1 + number / 62_500).\(number / 250 % 250).\(number % 250)"))
    }
    #expect(limiter.clients <= RateLimiter.maximumClients)
  }

  @Test("an IPv6 client is its network, an IPv4 client its address, however it is written")
  func addresses() throws {
    #expect(try Self.client("2001:db8:1:2::1") == Self.client("2001:db8:1:2:ffff::9"))
    #expect(try Self.client("2001:db8:1:2::1") != Self.client("2001:db8:1:3::1"))
    #expect(try Self.client("192.0.2.1") == Self.client("::ffff:192.0.2.1"))
    #expect(try Self.client("192.0.2.1") != Self.client("192.0.2.2"))
    #expect(try Self.client("0.0.0.0") != Self.client("::"))
    #expect(ClientAddress(try SocketAddress(unixDomainSocketPath: "/tmp/x")) == nil)
  }

  @Test(
    "only what trusted proxies wrote says who a client is",
    arguments: [
      (0, ["198.51.100.7"], "192.0.2.1"), (1, [], "192.0.2.1"), (1, ["198.51.100.7"], "198.51.100.7"),
      (1, ["203.0.113.9, 198.51.100.7"], "198.51.100.7"), (1, ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
      (2, ["203.0.113.9, 198.51.100.7, 10.0.0.1"], "198.51.100.7"), (2, ["198.51.100.7"], "198.51.100.7"),
      (1, ["unknown"], "192.0.2.1"), (1, [""], "192.0.2.1"), (1, ["[2001:db8::1]"], "2001:db8::1"),
      (1, ["198.51.100.7, \u{1}"], "192.0.2.1"), (1, ["198.51.100.7:51234"], "198.51.100.7"),
      (1, ["[2001:db8::1]:443"], "2001:db8::1"), (1, ["2001:db8::1"], "2001:db8::1"), (1, ["::1"], "::1"),
      (1, ["[::ffff:198.51.100.7]:1"], "198.51.100.7"), (1, ["198.51.100.7:"], "192.0.2.1"),
      (1, ["198.51.100.7:http"], "192.0.2.1"), (1, ["[2001:db8::1]443"], "192.0.2.1"),
      (1, ["[2001:db8::1"], "192.0.2.1"), (1, ["2001:db8::1]:443"], "192.0.2.1"), (1, [":443"], "192.0.2.1"),
    ] as [(Int, [String], String)])
  func forwarded(proxies: Int, values: [String], client: String) throws {
    var fields = HTTPFields()
    for value in values { fields.append(HTTPField(name: try #require(.init("x-forwarded-for")), value: value)) }
    let peer = try SocketAddress(ipAddress: "192.0.2.1", port: 5)
    #expect(ClientAddress.of(peer, fields, trustedProxies: proxies) == (try Self.client(client)))
  }

  @Test("who waits for a client has no place meanwhile, and has it again afterwards, whatever came")
  func waiting() async throws {
    var limits = ServerLimits()
    limits.concurrentRequests = 1
    let admission = Admission(limits: limits)
    try admission.enter()
    let value = try await admission.withoutPlace {
      try admission.enter()
      admission.leave()
      return 1
    }
    #expect(value == 1)
    #expect(throws: Problem.self) { try admission.enter() }
    await #expect(throws: CancellationError.self) { try await admission.withoutPlace { throw CancellationError() } }
    #expect(throws: Problem.self) { try admission.enter() }
    // What has come is not refused, though somebody else has the place by then; but only so many wait.
    try await admission.withoutPlace { try admission.enter() }
    let problem = await #expect(throws: Problem.self) {
      try await admission.withoutPlace { try await admission.withoutPlace {} }
    }
    #expect(problem?.status == .serviceUnavailable)
    // Both give theirs back.
    admission.leave()
    admission.leave()
    try admission.enter()
    #expect(throws: Problem.self) { try admission.enter() }
  }

  @Test(
    "a client is written as its address or its network",
    arguments: [
      ("198.51.100.7", "198.51.100.7"), ("::ffff:192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"),
      ("2001:db8:0:7:1:2:3:4", "2001:db8:0:7::/64"), ("::1", "0:0:0:0::/64"),
    ])
  func text(address: String, text: String) throws {
    #expect(try Self.client(address).description == text)
  }

  @Test("of the refusals of a client one is told in a minute, and with the next one how many there were")
  func refusals() throws {
    let time = ManualTime()
    let refusals = RefusalCounter(time: time)
    let (one, other) = (try Self.client("192.0.2.1"), try Self.client("192.0.2.2"))
    #expect(refusals.note(one, "no-session") == 1)
    for _ in 0..<5 { #expect(refusals.note(one, "no-session") == nil) }
    #expect(refusals.note(other, "no-session") == 1)
    #expect(refusals.note(one, "foreign-form") == 1)
    time.advance(by: RefusalCounter.window - .milliseconds(1))
    #expect(refusals.note(one, "no-session") == nil)
    time.advance(by: .milliseconds(1))
    #expect(refusals.note(one, "no-session") == 7)
    #expect(refusals.note(one, "no-session") == nil)
    #expect(refusals.note(other, "no-session") == 1)
  }

  @Test("places are given back")
  func places() throws {
    var limits = ServerLimits()
    limits.concurrentRequests = 2
    let admission = Admission(limits: limits)
    try admission.enter()
    try admission.enter()
    for _ in 0..<3 { #expect(throws: Problem.self) { try admission.enter() } }
    admission.leave()
    try admission.enter()
  }
}
