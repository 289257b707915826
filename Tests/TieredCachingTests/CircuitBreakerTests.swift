import Testing
import TieredCaching

@Suite("Circuit breaker")
struct CircuitBreakerTests {
  private func open() -> CircuitBreaker {
    var breaker = CircuitBreaker()
    for _ in 0..<3 { breaker.failed(now: .zero) }
    return breaker
  }

  private func expect(
    _ breaker: inout CircuitBreaker, allows expected: Bool, at now: Duration,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isAllowed = breaker.allows(now: now)
    #expect(isAllowed == expected, sourceLocation: sourceLocation)
  }

  @Test("Three failures in a row open it, fewer or with a success between do not")
  func opens() {
    var breaker = CircuitBreaker()
    breaker.failed(now: .zero)
    breaker.failed(now: .zero)
    breaker.succeeded()
    breaker.failed(now: .zero)
    breaker.failed(now: .zero)
    #expect(breaker.state == .closed)
    expect(&breaker, allows: true, at: .zero)
    breaker.failed(now: .zero)
    #expect(breaker.state == .open)
    expect(&breaker, allows: false, at: .milliseconds(999))
  }

  @Test("After a second one question goes through, and no other while it is under way")
  func probes() {
    var breaker = open()
    expect(&breaker, allows: true, at: .seconds(1))
    #expect(breaker.state == .halfOpen)
    expect(&breaker, allows: false, at: .milliseconds(1_999))
  }

  @Test("A probe that is answered closes it; one that fails opens it for another second")
  func outcome() {
    var breaker = open()
    _ = breaker.allows(now: .seconds(1))
    breaker.failed(now: .milliseconds(1_500))
    #expect(breaker.state == .open)
    expect(&breaker, allows: false, at: .milliseconds(2_499))
    expect(&breaker, allows: true, at: .milliseconds(2_500))
    breaker.succeeded()
    #expect(breaker.state == .closed)
    breaker.failed(now: .seconds(3))
    #expect(breaker.state == .closed)
  }

  @Test("A probe whose outcome never comes is followed by another")
  func lostProbe() {
    var breaker = open()
    expect(&breaker, allows: true, at: .seconds(1))
    expect(&breaker, allows: true, at: .seconds(2))
  }
}
