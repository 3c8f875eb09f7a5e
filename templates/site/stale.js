(f=()=>s.hidden=Date.now()<s.dataset.t)();setInterval(f,6e4)
