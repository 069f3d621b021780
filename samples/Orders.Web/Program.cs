using Orders.Web.Broker;
using Orders.Web.Feed;
using Orders.Web.Health;
using Orders.Web.Orders;
using Orders.Web.Status;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
using var broker = builder.UseEmbeddedKafkaUnlessConfigured();

builder.Services.AddSingleton<OrderBook>();
builder.Services.AddKafkaConsumer<OrderHandler>("orders").UseJson(OrderJson.Default);
builder.Services.AddHealthChecks().AddKafkaConsumers();
builder.Services.AddOrderFeed();

var app = builder.Build();
app.UseFileServer();
app.MapStatus();
app.MapHealth();
app.LogWhereToLook();
app.Run();
