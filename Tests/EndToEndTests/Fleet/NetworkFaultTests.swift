import Testing

extension FleetTests {
  /// Faults of the network between workers and Redis.
  @Suite struct NetworkFaultTests {
    @Test("the network becomes slow: within what a reader waits, and beyond", arguments: [15, 200])
    func delay(milliseconds: Int) async throws {
      try await withFleet(.init(usesProxy: true)) { fleet in
        let proxy = try #require(fleet.proxy)
        try await fleet.inject("\(milliseconds) ms each way", milliseconds < 25 ? .upTo(1) : .upTo(3)) {
          proxy.use(.forward(delay: .milliseconds(milliseconds)))
          try await Task.sleep(for: .milliseconds(2_500))
          proxy.use(.forward(delay: .zero))
        }
      }
    }

    @Test("connections are reset again and again")
    func cut() async throws {
      try await withFleet(.init(usesProxy: true)) { fleet in
        let proxy = try #require(fleet.proxy)
        let before = proxy.connections
        try await fleet.inject("connections cut x 8", .upTo(8)) {
          for _ in 0..<8 {
            proxy.cut()
            try await Task.sleep(for: .milliseconds(300))
          }
        }
        #expect(proxy.connections > before + 8)
      }
    }

    @Test("everything that is sent is lost, without a sign")
    func blackHole() async throws {
      try await withFleet(.init(usesProxy: true)) { fleet in
        let proxy = try #require(fleet.proxy)
        // The two connections of a worker are given up at times of their own.
        try await fleet.inject("black hole 3 s", .upTo(3)) {
          proxy.use(.swallow)
          try await Task.sleep(for: .seconds(3))
          proxy.use(.forward(delay: .zero))
        }
      }
    }

    @Test("connections are refused")
    func refusal() async throws {
      try await withFleet(.init(usesProxy: true)) { fleet in
        let proxy = try #require(fleet.proxy)
        try await fleet.inject("refused 2 s", .one) {
          proxy.use(.refuse)
          try await Task.sleep(for: .seconds(2))
          proxy.use(.forward(delay: .zero))
        }
      }
    }
  }
}
